import { onPglite } from "./databases.ts";
import { holdersSuite } from "./holders-suite.ts";

onPglite("what Kubernetes says of holders", holdersSuite);
