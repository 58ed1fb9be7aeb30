"""THE GATE. policy.sql reads like section 6 of the notice, door.sql is the only way out, ledger.sql is the book."""
