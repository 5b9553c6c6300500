import type { Action } from "../../../db/model/rule.ts";

/** What the catalogue knows of an XID. */
export type XidFact = {
  readonly code: number;
  readonly name: string;
  readonly class: "hardware" | "application" | "informational";
  readonly level: "critical" | "warning" | "info";
  readonly action: Action;
  readonly ifRepeated: Action | null; // after a second one on the same card within 24 h
  /** The vendors' lists do not agree whether it is fatal: one of them alone pages nobody. */
  readonly sourcesDisagree: boolean;
};

/**
 * An XID by its code. One nobody has described is taken for hardware, as a warning, and looked into when it comes again:
 * new drivers add codes.
 */
export const xidOf = (code: number): XidFact =>
  CATALOGUE.get(code) ?? {
    code,
    name: "unknown code",
    class: "hardware",
    level: "warning",
    action: "investigate",
    ifRepeated: "drain_and_diagnose",
    sourcesDisagree: false,
  };

/** Codes that only follow another error of the same card: within so long they belong to it. NVIDIA's workflow for 45; 60 s is ours. */
export const FOLLOWERS: ReadonlySet<number> = new Set([45, 137, 171, 172]);
export const FOLLOWS_WITHIN_MS = 60_000;

/** Repeats of one code on one card within so long are one burst: 15 s for 13, else 3 min (NVSentinel, health-events-analyzer). */
export const burstMs = (code: number): number => (code === 13 ? 15_000 : 180_000);

/**
 * Code | class (H hardware, A application, I informational), level (c critical, w warning, i info), D where the lists
 * disagree | first action | action if it comes again | name. From NVIDIA's XID catalogue, gpud, NVSentinel and Meta's and
 * Azure's lists; class, level and action are our judgement of them.
 */
const TABLE = `
1|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
2|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
3|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
4|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
5|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
6|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
7|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
8|Aw|restart_app|drain_and_diagnose|engine idle timeout, GPU stopped processing
9|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
10|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
11|Aw|restart_app|drain_and_diagnose|bad or corrupt command (push-buffer) stream
12|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
13|Aw|restart_app|drain_and_diagnose|graphics/compute engine exception (illegal instruction, out-of-range access)
14|Ii|monitor||test/fake error
15|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
16|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
17|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
18|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
19|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
20|Aw|restart_app||legacy video push-buffer error
21|Aw|restart_app||legacy video push-buffer error
22|Aw|restart_app||legacy video push-buffer error
23|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
24|Aw|restart_app||semaphore timeout (legacy)
25|Aw|restart_app|drain_and_diagnose|bad or corrupt command (push-buffer) stream
26|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
27|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
28|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
29|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
30|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
31|Aw|restart_app|drain_and_diagnose|GPU MMU page fault (illegal address)
32|AwD|restart_app|drain_and_diagnose|bad or corrupt command (push-buffer) stream
33|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
34|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
35|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
36|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
37|Aw|monitor|drain_reboot|front-end firmware error
38|AwD|monitor|drain_reboot|front-end firmware error
39|Aw|restart_app|drain_and_diagnose|copy-engine exception
40|Aw|restart_app|drain_and_diagnose|copy-engine exception
41|Aw|restart_app|drain_and_diagnose|copy-engine exception
42|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
43|Aw|restart_app|drain_and_diagnose|channel reset after a user fault (GPU stopped processing)
44|AwD|monitor|reset_gpu|engine fault during context switch
45|Ii|investigate||pre-emptive channel clean-up (follows another error or a kill)
46|Hc|reset_gpu|drain_reboot|GPU timeout, stopped processing
47|Aw|restart_app|drain_reboot|legacy driver/engine error (unused on Ampere and newer)
48|Hc|drain_reset_gpu|rma_diagnose|double-bit (uncorrectable) ECC error
49|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
50|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
51|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
52|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
53|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
54|HcD|check_power|rma_diagnose|auxiliary power not connected
55|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
56|Hw|investigate|rma_diagnose|display engine exception (legacy)
57|Hc|drain_and_diagnose|rma_diagnose|memory interface link-training or EDC error (legacy)
58|Hc|drain_and_diagnose|rma_diagnose|memory interface link-training or EDC error (legacy)
59|Hc|reset_gpu|drain_reboot|PMU micro-controller error (legacy)
60|AwD|restart_app|drain_reboot|video/security processor exception
61|Hc|reset_gpu|drain_reboot|PMU micro-controller error (legacy)
62|Hc|reset_gpu|rma_diagnose|PMU micro-controller halt
63|HwD|reset_gpu_when_idle|rma_diagnose|row remap (Ampere+) or page retirement (Volta/Turing) recorded
64|Hc|drain_reset_gpu|rma_diagnose|row remap or page retirement could not be recorded
65|Hw|investigate|rma_diagnose|video encoder exception (legacy)
66|Ai|monitor|investigate|illegal register access by driver
67|Ai|monitor|investigate|illegal register access by driver
68|AwD|restart_app|drain_and_diagnose|video decoder exception
69|AwD|restart_app|drain_and_diagnose|engine class error
70|Aw|restart_app|drain_and_diagnose|copy-engine error
71|Aw|restart_app|drain_and_diagnose|copy-engine error
72|Aw|restart_app|drain_and_diagnose|copy-engine error
73|Hw|investigate|rma_diagnose|video encoder 2 error (legacy)
74|Hc|drain_reset_gpu|rma_diagnose|NVLink error
75|Aw|restart_app|drain_and_diagnose|copy-engine error
76|Aw|restart_app|drain_and_diagnose|copy-engine error
77|Aw|restart_app|drain_and_diagnose|copy-engine error
78|Aw|investigate||vGPU start error
79|Hc|drain_reboot|rma_diagnose|GPU has fallen off the bus
80|HwD|restart_app|drain_and_diagnose|corrupt data in push buffer (CRC mismatch)
81|Hc|drain_and_diagnose|rma_diagnose|VGA subsystem error (legacy)
82|Aw|restart_app|drain_and_diagnose|JPEG engine error
83|Aw|restart_app|drain_and_diagnose|video decoder exception
84|Aw|restart_app|drain_and_diagnose|video decoder exception
85|Aw|restart_app|drain_and_diagnose|copy-engine error
86|Aw|restart_app|drain_and_diagnose|optical-flow engine error
87|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
88|Aw|restart_app|drain_and_diagnose|video decoder exception
89|Aw|restart_app|drain_and_diagnose|video decoder exception
90|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
91|Ii|investigate||legacy or reserved code (unused on Ampere and newer)
92|HwD|monitor|rma_diagnose|high rate of corrected single-bit ECC errors
93|Ii|monitor||InfoROM write-wear limit exceeded
94|HwD|restart_app|drain_reset_gpu|contained uncorrectable memory error (only the owning process dies)
95|Hc|drain_reset_gpu|rma_diagnose|uncontained memory error (all work on the GPU is suspect)
96|Aw|restart_app|drain_and_diagnose|video decoder exception
97|Aw|restart_app|drain_and_diagnose|video decoder exception
98|Aw|restart_app|drain_and_diagnose|video decoder exception
99|Aw|restart_app|drain_and_diagnose|JPEG engine error
100|Aw|restart_app|drain_and_diagnose|JPEG engine error
101|Aw|restart_app|drain_and_diagnose|JPEG engine error
102|Aw|restart_app|drain_and_diagnose|JPEG engine error
103|Aw|restart_app|drain_and_diagnose|JPEG engine error
104|Aw|restart_app|drain_and_diagnose|JPEG engine error
105|Aw|restart_app|drain_and_diagnose|JPEG engine error
106|Ii|monitor||management-bus test message
107|Ii|monitor||management-bus test message
108|Ii|monitor|investigate|NVLink remote address-translation error
109|HwD|reset_gpu|drain_reboot|context-switch time-out
110|Hc|reset_gpu|drain_reboot|security fault
111|Ii|investigate||display engine errors (not used on data-centre cards)
112|Ii|investigate||display engine errors (not used on data-centre cards)
113|Ii|investigate||display engine errors (not used on data-centre cards)
114|Ii|investigate||display engine errors (not used on data-centre cards)
115|Ii|investigate||display engine errors (not used on data-centre cards)
116|Ii|investigate||display engine errors (not used on data-centre cards)
117|Ii|investigate||display engine errors (not used on data-centre cards)
118|Ii|investigate||display engine errors (not used on data-centre cards)
119|Hc|drain_reset_gpu|drain_reboot|GSP firmware RPC time-out
120|Hc|drain_reset_gpu|drain_reboot|GSP firmware error
121|HwD|monitor|drain_and_diagnose|chip-to-chip (C2C) link corrected error
122|Hw|reset_gpu_when_idle|rma_diagnose|SPI flash (InfoROM) read/erase failure seen by PMU
123|Hw|drain_reboot|rma_diagnose|SPI flash (InfoROM) write failure seen by PMU
124|Hw|reset_gpu_when_idle|rma_diagnose|SPI flash (InfoROM) read/erase failure seen by PMU
125|Hw|reset_gpu_when_idle|rma_diagnose|InfoROM file-system error
126|Aw|restart_app|drain_and_diagnose|copy-engine error
127|Aw|restart_app|drain_and_diagnose|copy-engine error
128|Aw|restart_app|drain_and_diagnose|copy-engine error
129|Aw|restart_app|drain_and_diagnose|copy-engine error
130|Aw|restart_app|drain_and_diagnose|copy-engine error
131|Aw|restart_app|drain_and_diagnose|copy-engine error
132|Aw|restart_app|drain_and_diagnose|copy-engine error
133|Aw|restart_app|drain_and_diagnose|copy-engine error
134|Aw|restart_app|drain_and_diagnose|copy-engine error
135|Aw|restart_app|drain_and_diagnose|copy-engine error
136|HcD|drain_reset_gpu|rma_diagnose|NVLink training failed
137|Aw|investigate|drain_and_diagnose|NVLink privilege/FLA error (often caused by a fault on the remote GPU or by the program)
138|Ii|monitor||DLA error (unused)
139|Aw|restart_app|drain_and_diagnose|optical-flow engine error
140|Hc|drain_reset_gpu|rma_diagnose|unrecovered ECC error
141|Ii|monitor||CUDA fast-path error
142|AwD|restart_app|rma_diagnose|video encoder 3 error
143|Hc|drain_reset_gpu|rma_diagnose|GPU initialisation error
144|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) SAW unit error
145|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) RLW unit error
146|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) TLW unit error
147|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) TREX unit error
148|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) NVLPW control unit error
149|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) NETIR unit error
150|HwD|investigate|drain_reset_gpu|NVLink 5 (Blackwell) MSE unit error
151|HwD|drain_reboot|drain_reboot|key-rotation error (confidential computing)
152|Ii|monitor||DLA memory or time-out error
153|Ii|monitor||DLA memory or time-out error
154|Iw|investigate||recovery action changed (read the action in the message)
155|HwD|reset_gpu|drain_reboot|NVLink error defined by software (for example link taken down)
156|HwD|reset_gpu_when_idle||resource retirement recorded
157|Hw|rma_diagnose||resource retirement failed
158|HcD|drain_reset_gpu|rma_diagnose|GPU fatal time-out
159|Hw|monitor|drain_reboot|CHI non-data error (Grace superchip)
160|HwD|reset_gpu_when_idle|rma_diagnose|memory channel retirement (channel repair) recorded
161|Hw|rma_diagnose||memory channel retirement failed
162|IiD|monitor||power-smoothing circuit re-engaged
163|Hw|reset_gpu_when_idle||power-smoothing circuit disengaged
164|Ii|monitor||power-smoothing circuit: low remaining life
165|Iw|monitor||power-smoothing circuit: life exhausted
166|Hw|drain_reset_gpu||secure NVLink: traffic before encryption was set up
167|Hc|drain_reboot|rma_diagnose|PCIe fatal time-out
168|Hw|drain_and_diagnose|rma_diagnose|GPU memory capacity reduced
169|Hc|drain_reset_gpu|drain_reboot|SEC2 micro-controller halt
170|Hw|monitor||secure NVLink interrupt (confidential computing)
171|Hw|investigate|rma_diagnose|uncorrectable DRAM error (detail record for 48)
172|Hc|drain_reset_gpu|rma_diagnose|uncorrectable SRAM error (detail record for 48)
173|Hc|drain_reboot|rma_diagnose|C2C fatal link failure
174|Ai|restart_app||channel reset that kills the process silently
175|Hw|drain_and_diagnose|rma_diagnose|memory subsystem error
176|Hw|monitor|drain_and_diagnose|PCIe correctable-error fault
`;

const CLASSES = { H: "hardware", A: "application", I: "informational" } as const;
const LEVELS = { c: "critical", w: "warning", i: "info" } as const;

const CATALOGUE: ReadonlyMap<number, XidFact> = new Map(
  TABLE.trim()
    .split("\n")
    .map((line) => {
      const [code = "", marks = "", action = "", ifRepeated = "", name = ""] = line.split("|");
      const fact: XidFact = {
        code: Number(code),
        name,
        class: CLASSES[marks[0] as keyof typeof CLASSES],
        level: LEVELS[marks[1] as keyof typeof LEVELS],
        action: action as Action,
        ifRepeated: ifRepeated === "" ? null : (ifRepeated as Action),
        sourcesDisagree: marks.endsWith("D"),
      };
      return [fact.code, fact];
    }),
);
