import { onPostgres } from "../../db/databases.ts";
import { outboxTables } from "./outbox-tables.ts";

onPostgres("the outbox", outboxTables);
