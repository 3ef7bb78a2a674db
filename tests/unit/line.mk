# unit tests of src/line
