/** The steps from an empty storage to today's, one a version. A step that shipped is never changed. */
import type { IDBPDatabase, IDBPTransaction, StoreNames } from "idb";
import type { Schema } from "./storage.ts";

export type Upgrade = (
  database: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">,
) => void;

export const UPGRADES: readonly Upgrade[] = [
  (database) => {
    database.createObjectStore("kept");
    database.createObjectStore("queue", { keyPath: "id" });
    database.createObjectStore("history", { keyPath: "id" });
  },
];
