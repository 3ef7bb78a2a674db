# unit tests of src/exchange
