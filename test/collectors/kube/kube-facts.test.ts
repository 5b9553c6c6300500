import { describe, expect, test } from "vitest";
import { kubeFacts, type KubeSeries } from "../../../collectors/kube/kube-facts.ts";
import { nodeIndex, placementOf, podIndex } from "../../../collectors/kube/kube-join.ts";
import { readKube } from "../../../collectors/kube/kube.ts";
import { PrometheusClient } from "../../../collectors/prometheus/client.ts";
import { type ExpositionSample, samplesOf } from "./ksm-samples.ts";
import { fakePrometheus } from "../prometheus/fake-prometheus.ts";
import { tinySource } from "../prometheus/tiny-exporters.ts";
import { unixMs } from "../../../db/model/units.ts";
import { manualClock } from "../../tools/manual-clock.ts";

/** Series in the exporter's own format, `kube_…{…} value` a line. */
const series = (text: string): KubeSeries[] =>
  samplesOf(text).map(({ name, labels, value }: ExpositionSample) => ({ name, labels, value }));

const POD = 'namespace="train",pod="llm-7d9-x2",uid="u1"';

describe("pods", () => {
  test("a pod is put together from its families; only card resources count", () => {
    const { pods } = kubeFacts(
      series(`
kube_pod_info{${POD},node="n1",created_by_kind="ReplicaSet",created_by_name="llm-7d9",host_network="false"} 1
kube_pod_owner{${POD},owner_kind="ReplicaSet",owner_name="llm-7d9",owner_is_controller="true"} 1
kube_replicaset_owner{namespace="train",replicaset="llm-7d9",owner_kind="Deployment",owner_name="llm",owner_is_controller="true"} 1
kube_pod_labels{${POD},label_team="search",label_app_kubernetes_io_name="llm"} 1
kube_pod_status_phase{${POD},phase="Running"} 1
kube_pod_status_phase{${POD},phase="Pending"} 0
kube_pod_created{${POD}} 1.767600000e+09
kube_pod_start_time{${POD}} 1.767600012e+09
kube_pod_container_resource_requests{${POD},container="a",node="n1",resource="nvidia_com_gpu",unit="integer"} 2
kube_pod_container_resource_requests{${POD},container="b",node="n1",resource="nvidia_com_gpu",unit="integer"} 1
kube_pod_container_resource_requests{${POD},container="b",node="n1",resource="nvidia_com_mig_1g_10gb",unit="integer"} 3
kube_pod_container_resource_requests{${POD},container="a",node="n1",resource="cpu",unit="core"} 8
`),
    );
    expect(pods).toEqual([
      {
        cluster: "",
        namespace: "train",
        name: "llm-7d9-x2",
        uid: "u1",
        node: "n1",
        phase: "Running",
        owner: { kind: "Deployment", name: "llm" },
        labels: new Map([
          ["team", "search"],
          ["app_kubernetes_io_name", "llm"],
        ]),
        cards: new Map([
          ["nvidia_com_gpu", 3],
          ["nvidia_com_mig_1g_10gb", 3],
        ]),
        startedAt: 1_767_600_012_000,
      },
    ]);
  });

  test.each([
    ["kube_pod_created stands in where no node took it up", `kube_pod_created{${POD}} 1767600000`, 1_767_600_000_000],
    ["a start nobody's clock can mean is not said", `kube_pod_start_time{${POD}} -5`, null],
    ["a start of 1970 is not said", `kube_pod_start_time{${POD}} 0`, null],
    ["not a number is not said", `kube_pod_start_time{${POD}} NaN`, null],
  ])("%s", (_, line, startedAt) => {
    expect(kubeFacts(series(line)).pods[0]!.startedAt).toBe(startedAt);
  });

  test.each([
    ["a Job stops at its CronJob", "Job", "kube_job_owner", "job_name", { kind: "CronJob", name: "top" }],
    [
      "a StatefulSet is its own top",
      "StatefulSet",
      "kube_replicaset_owner",
      "replicaset",
      { kind: "StatefulSet", name: "own" },
    ],
    ["a PyTorchJob is its own top", "PyTorchJob", "kube_job_owner", "job_name", { kind: "PyTorchJob", name: "own" }],
  ])("%s", (_, kind, family, label, owner) => {
    const { pods } = kubeFacts(
      series(`kube_pod_owner{${POD},owner_kind="${kind}",owner_name="own",owner_is_controller="true"} 1
${family}{namespace="train",${label}="own",owner_kind="CronJob",owner_name="top",owner_is_controller="true"} 1`),
    );
    expect(pods[0]!.owner).toEqual(owner);
  });

  test("no owner is null; a circle of owners ends; an owner of another namespace is another owner", () => {
    const circle = (a: string, b: string): string =>
      `kube_job_owner{namespace="train",job_name="${a}",owner_kind="Job",owner_name="${b}",owner_is_controller="true"} 1\n`;
    const owned = `kube_pod_owner{${POD},owner_kind="Job",owner_name="a",owner_is_controller="true"} 1\n`;
    expect(
      kubeFacts(series(`kube_pod_owner{${POD},owner_kind="<none>",owner_name="<none>",owner_is_controller="<none>"} 1`))
        .pods[0]!.owner,
    ).toBeNull();
    expect(kubeFacts(series(`${owned}${circle("a", "b")}${circle("b", "a")}`)).pods[0]!.owner).not.toBeNull();
    const other = owned + circle("a", "b").replace('namespace="train"', 'namespace="other"');
    expect(kubeFacts(series(other)).pods[0]!.owner).toEqual({ kind: "Job", name: "a" });
  });

  test("labels pushed aside by service discovery are read from exported_…, and two replicas are one pod", () => {
    const pushed =
      'namespace="monitoring",pod="kube-state-metrics-0",container="ksm",exported_namespace="train",exported_pod="p",uid="u"';
    const { pods } = kubeFacts(
      series(`kube_pod_container_resource_requests{${pushed},exported_container="c",resource="nvidia_com_gpu",instance="a"} 4
kube_pod_container_resource_requests{${pushed},exported_container="c",resource="nvidia_com_gpu",instance="b"} 4`),
    );
    expect(pods.map((p) => [p.namespace, p.name, p.cards])).toEqual([["train", "p", new Map([["nvidia_com_gpu", 4]])]]);
  });
});

describe("nodes", () => {
  const node = (status: string): string =>
    `kube_node_status_condition{node="n1",condition="Ready",status="${status}"} 1\n`;
  test.each([
    ["true", true, undefined],
    ["false", false, undefined],
    ["unknown", null, true], // its kubelet is silent to Kubernetes
  ])("Ready=%s is %s", (status, isReady, hasLostContact) => {
    expect(kubeFacts(series(node(status))).nodes[0]).toMatchObject({ isReady });
    expect(kubeFacts(series(node(status))).nodes[0]!.hasLostContact).toBe(hasLostContact);
  });

  test("labels place a node, beta names too; capacity counts cards", () => {
    const { nodes } = kubeFacts(
      series(`kube_node_labels{node="n1",cluster="c",label_topology_kubernetes_io_region="cn-north-1",label_failure_domain_beta_kubernetes_io_zone="z9",label_node_kubernetes_io_instance_type="p4d.24xlarge",label___proto__="x"} 1
kube_node_status_capacity{node="n1",cluster="c",resource="huawei_com_Ascend910",unit="integer"} 8
kube_node_status_capacity{node="n1",cluster="c",resource="memory",unit="byte"} 1e12
kube_node_spec_unschedulable{node="n1",cluster="c"} 1`),
    );
    expect(nodes[0]).toMatchObject({
      isReady: null,
      isUnschedulable: true,
      capacity: new Map([["huawei_com_Ascend910", 8]]),
    });
    expect(nodes[0]!.labels.get("__proto__")).toBe("x");
    expect(placementOf(nodes[0]!)).toEqual({
      region: "cn-north-1",
      zone: "z9",
      instanceType: "p4d.24xlarge",
      cardProduct: "",
    });
    expect(nodeIndex(nodes)("", "n1")).toBe(nodes[0]);
    expect(nodeIndex(nodes)("other", "n1")).toBeNull();
    expect(nodeIndex([...nodes, { ...nodes[0]!, cluster: "d" }])("", "n1")).toBeNull(); // which one? better none
  });
});

describe("the pod that holds a card", () => {
  const { pods } = kubeFacts(
    series(`kube_pod_status_phase{namespace="t",pod="s-0",uid="old",phase="Succeeded"} 1
kube_pod_status_phase{namespace="t",pod="s-0",uid="new",phase="Running"} 1
kube_pod_status_phase{namespace="t",pod="done",uid="d",phase="Failed"} 1`),
  );
  const find = podIndex(pods);
  const uidOf = (pod: string, podUid = ""): string | undefined =>
    find({ cluster: "", namespace: "t", pod, podUid })?.uid;

  test("a name used again means its running life; a uid means that life", () => {
    expect(uidOf("s-0")).toBe("new");
    expect(uidOf("s-0", "old")).toBe("old");
    expect(uidOf("s-0", "neither")).toBeUndefined();
  });
  test("a pod that ended holds no card by its name", () => {
    expect(uidOf("done")).toBeUndefined();
    expect(uidOf("never")).toBeUndefined();
  });
});

test("every question goes through the same client, two at a time, with the source's matchers", async () => {
  const fake = fakePrometheus();
  fake.before = (_, form) => {
    const phase = form.get("query")!.includes("kube_pod_status_phase");
    const item =
      '{"metric":{"__name__":"kube_pod_status_phase","namespace":"t","pod":"p","uid":"u","phase":"Running"},"value":[1,"1"]}';
    return `{"status":"success","data":{"resultType":"vector","result":[${phase ? item : ""}]}}`;
  };
  const clock = manualClock();
  const client = new PrometheusClient(tinySource(), { fetcher: fake.fetcher, clock });
  const facts = await readKube(client, [{ name: "env", op: "=", value: "prod" }], unixMs(1_700_000_000_500));
  expect(facts.pods.map((p) => [p.name, p.phase])).toEqual([["p", "Running"]]);
  expect(fake.mostAtOnce).toBe(2);
  expect(fake.forms.every((f) => f.get("query")!.includes('env="prod"') && f.get("time") === "1700000000.500")).toBe(
    true,
  );
  expect(fake.forms.find((f) => f.get("query")!.includes("phase"))!.get("query")).toMatch(/ == 1$/);
});
