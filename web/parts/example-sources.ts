/** What an empty fleet offers to copy. test/web/example-sources.test.ts reads it as dapan.yaml. */
export const EXAMPLE_SOURCES = `sources:
  - name: gpu-nodes
    type: static
    targets:
      - http://10.0.0.11:9400/metrics
      - http://10.0.0.12:9400/metrics
    labels:
      vendor: vendor-a
      region: region-1
      billing: monthly
  - name: prometheus
    type: prometheus
    url: http://prometheus.monitoring:9090
    matchers: ['{job="dcgm-exporter"}']
`;
