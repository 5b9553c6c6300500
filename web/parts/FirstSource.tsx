import { useTranslation } from "react-i18next";
import { CopyText } from "./CopyText.tsx";

const EXAMPLE = `sources:
  - name: gpu-nodes
    kind: static
    targets:
      - http://10.0.0.11:9400/metrics
      - http://10.0.0.12:9400/metrics
    labels:
      vendor: vendor-a
      region: region-1
      billing: monthly
  - name: prometheus
    kind: prometheus
    url: http://prometheus.monitoring:9090
    matchers: ['{job="dcgm-exporter"}']
`;

/** How to begin: what to write, where, and how to check it. */
export function FirstSource({ title, lead }: { title: string; lead: string }) {
  const { t } = useTranslation();
  return (
    <section className="first-source">
      <h2>{title}</h2>
      <p>{lead}</p>
      <div className="snippet">
        <pre tabIndex={0} role="region" aria-label={t("empty.example")}>
          {EXAMPLE}
        </pre>
        <CopyText text={EXAMPLE} label={t("empty.copy")} done={t("empty.copied")} />
      </div>
      <p>{t("empty.check")}</p>
    </section>
  );
}
