import { onPostgres } from "../../../db/databases.ts";
import { pricingSuite } from "./pricing-suite.ts";

onPostgres("the price book", pricingSuite);
