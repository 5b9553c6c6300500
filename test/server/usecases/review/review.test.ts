import { onPglite } from "../../../db/databases.ts";
import { reviewSuite } from "./review-suite.ts";

onPglite("the review list", reviewSuite);
