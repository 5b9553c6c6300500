import { FIELD, FIELD_COUNT } from "../../../db/model/card-fields.ts";
import type { CardSighting } from "../../../db/model/frame.ts";
import type { CardExporters } from "../../../collectors/prometheus/exporter.ts";
import type { PullSource } from "../../../collectors/prometheus/pull.ts";

const FIELDS = new Map([
  ["UTIL", FIELD.utilRatio],
  ["POWER", FIELD.powerWatts],
  ["ENERGY", FIELD.energyJoules],
]);

/** An exporter with three metrics, so that tests of the pull speak of the pull alone. */
export const tinyExporters: CardExporters = {
  metrics: [...FIELDS.keys(), "NEVER_A", "NEVER_B"],
  liveMetrics: ["UTIL"],
  healthMetrics: [],
  frameMaker(series, node) {
    const uuids = [...new Set(series.map((s) => s.labels.get("UUID") ?? ""))].filter((u) => u !== "").toSorted();
    const cards = uuids.map((uuid): CardSighting => {
      const pod = series.find((s) => s.labels.get("UUID") === uuid && s.labels.has("pod"))?.labels.get("pod");
      const holder = { namespace: "ns", container: "", podUid: "", share: 1 };
      return {
        uuid,
        modelName: "T",
        node,
        position: "",
        driver: "",
        migProfiles: [],
        holders: pod ? [{ ...holder, pod }] : [],
      };
    });
    const cells = series.map(
      (s) => uuids.indexOf(s.labels.get("UUID") ?? "") * FIELD_COUNT + (FIELDS.get(s.name) ?? 0),
    );
    return {
      cards,
      fill(said) {
        const values = new Float64Array(cards.length * FIELD_COUNT).fill(NaN);
        cells.forEach((cell, i) => {
          if (cell >= 0) values[cell] = said[i]!;
        });
        return { values, xidCounts: [], health: null };
      },
    };
  },
};

export const tinySource = (over: Partial<PullSource> = {}): PullSource => ({
  name: "prom",
  url: "http://prometheus.test:9090",
  tenant: "",
  timeoutMs: 30_000,
  maxBodyBytes: 32 << 20,
  caFile: null,
  authorization: async () => "",
  selectors: [],
  intervalMs: 15_000,
  replicaLabels: [],
  placeOf: (labels) => ({
    place: { vendor: "", region: "", zone: "", cluster: labels.get("cluster") ?? "", billing: "unknown" },
    node: "",
  }),
  exporters: tinyExporters,
  ...over,
});
