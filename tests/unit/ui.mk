# unit tests of src/ui
