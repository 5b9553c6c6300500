import { onPglite } from "../../../db/databases.ts";
import { pricingSuite } from "./pricing-suite.ts";

onPglite("the price book", pricingSuite);
