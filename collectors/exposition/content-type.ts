import { CollectError } from "../collector.ts";

/** The grammar a body is read by. `openmetrics` is lenient; the strict judge is openmetrics-strict.ts. */
export type ExpositionMode = "text" | "openmetrics";

/**
 * The grammar of an answer by its Content-Type. A missing type is read as text 0.0.4 (facts/integrations.md 3.3).
 * @throws CollectError content_type for a type that is neither (an HTML page, JSON, protobuf)
 */
export function expositionMode(contentType: string): ExpositionMode {
  const type = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (type === "application/openmetrics-text") return "openmetrics";
  if (type === "" || type === "text/plain") return "text";
  throw new CollectError(
    "content_type",
    `answered ${JSON.stringify(type.slice(0, 80))}; an exporter answers text/plain or application/openmetrics-text: is this the right path?`,
  );
}
