"""What the product costs: ratios against something else that was measured in the same run, and two absolute figures.

Absolute are the milliseconds of a page of leads and the memory above idle: they depend on the machine, so compare them only
with figures of the same one.
"""
