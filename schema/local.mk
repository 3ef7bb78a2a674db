# schema steps
