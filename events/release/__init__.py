"""THE GATE. policy.sql reads like section 6 of the notice, doors/ are the only ways out, ledger.sql is the book."""
