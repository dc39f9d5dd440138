"""The insert for the packing slip: laid out once (`sheet`), drawn as PDF, PNG, SVG or ZPL."""
