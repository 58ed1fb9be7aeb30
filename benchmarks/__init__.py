"""What the product costs: ratios against something else that was measured in the same run, and some absolute figures.

Absolute are the milliseconds of a page of leads, the memory above idle, and what the phone app takes: they depend on the machine,
so compare them only with figures of the same one.
"""
