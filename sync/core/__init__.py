"""Pure rules shared by edge and HQ: values in, values out."""
