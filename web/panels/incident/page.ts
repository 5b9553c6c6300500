import type { Outputs } from "../../trpc.ts";

/** An incident's page as it comes over the wire. */
export type IncidentPage = NonNullable<Outputs["alerts"]["incident"]>;
