import { onPostgres } from "../../../db/databases.ts";
import { reviewSuite } from "./review-suite.ts";

onPostgres("the review list", reviewSuite);
