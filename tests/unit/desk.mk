# unit tests of src/desk
