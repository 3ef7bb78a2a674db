# data files of forms/
