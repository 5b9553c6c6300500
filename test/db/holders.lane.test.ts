import { onPostgres } from "./databases.ts";
import { holdersSuite } from "./holders-suite.ts";

onPostgres("what Kubernetes says of holders", holdersSuite);
