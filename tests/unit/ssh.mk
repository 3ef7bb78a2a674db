# unit tests of src/ssh
