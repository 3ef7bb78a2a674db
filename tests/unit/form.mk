# unit tests of src/form
