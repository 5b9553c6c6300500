import type { Action, XidSet } from "../../../db/model/rule.ts";

/** Who or what is at fault, as the catalogue suspects. */
export const XID_FAULTS = [
  "gpu-memory",
  "gpu-compute",
  "gpu-other",
  "nvlink",
  "fabric",
  "bus",
  "driver",
  "firmware",
  "user-app",
  "thermal",
  "power",
  "unknown",
] as const;
export type XidFault = (typeof XID_FAULTS)[number];

/** What the catalogue knows of an XID. Class, level and action are our judgement of the vendors' lists. */
export type XidFact = {
  readonly code: number;
  readonly name: string;
  readonly nameZh: string;
  readonly class: "hardware" | "application" | "informational";
  readonly level: "critical" | "warning" | "info";
  readonly faults: readonly XidFault[]; // likeliest first
  readonly action: Action;
  readonly ifRepeated: Action | null; // after a second one on the same card within 24 h
  /** The vendors' lists do not agree whether it is fatal: one of them alone pages nobody. */
  readonly sourcesDisagree: boolean;
  readonly isUnusedSinceAmpere: boolean; // Volta and Turing may still log it
};

/** An XID by its code. New drivers add codes: one nobody has described is kept, as a hardware warning to be looked into. */
export const xidOf = (code: number): XidFact => CATALOGUE.get(code) ?? { ...UNKNOWN, code };

/** Every code that is described, ascending. */
export const xidCodes = (): readonly number[] => [...CATALOGUE.keys()].sort((a, b) => a - b);

/** Whether a code is among those a rule asks for. null = any. Where the lists disagree, critical codes are warnings. */
export function isOfSet(code: number, set: XidSet | null): boolean {
  if (set === null) return true;
  if (typeof set !== "string") return set.includes(code);
  const { class: of, level, sourcesDisagree } = xidOf(code);
  switch (set) {
    case "critical":
      return level === "critical" && !sourcesDisagree;
    case "hardware_warning":
      return of === "hardware" && (level === "warning" || (level === "critical" && sourcesDisagree));
    case "application":
      return of === "application";
  }
}

const UNKNOWN: Omit<XidFact, "code"> = {
  name: "unknown code",
  nameZh: "未收录的错误码",
  class: "hardware",
  level: "warning",
  faults: ["unknown"],
  action: "investigate",
  ifRepeated: "drain_and_diagnose",
  sourcesDisagree: false,
  isUnusedSinceAmpere: false,
};

/**
 * Codes | class (H hardware, A application, I informational), level (c critical, w warning, i info), D where the lists
 * disagree, U unused on Ampere and newer | first action | action if repeated | faults | name | name in Chinese.
 * Source: NVIDIA's XID catalogue (2025-10), gpud 4a8de33, NVSentinel, Meta gcm, Azure, the k8s device plugin.
 */
const TABLE = `
1 2 3 4 5 6 7 10 15 17 23 49 50 51 52 53 55 87 90 91|IiU|investigate||driver unknown|legacy or reserved code (unused on Ampere and newer)|旧码或保留码（Ampere 起不用）
8|Aw|restart_app|drain_and_diagnose|user-app driver bus thermal|engine idle timeout, GPU stopped processing|引擎等待超时，GPU 停止处理
9 12 16 18 19 26 27 28 29 30 33 34 35 36 42 47|AwU|restart_app|drain_reboot|driver|legacy driver/engine error (unused on Ampere and newer)|旧的驱动或引擎错误（Ampere 起不用）
11 25|Aw|restart_app|drain_and_diagnose|user-app driver bus|bad or corrupt command (push-buffer) stream|命令流错误或损坏
13|Aw|restart_app|drain_and_diagnose|user-app driver gpu-compute|graphics/compute engine exception (illegal instruction, out-of-range access)|计算引擎异常（非法指令或越界访问）
14|IiU|none||driver|test/fake error|测试用的假错误
20 21 22|AwU|restart_app||user-app driver|legacy video push-buffer error|旧的视频命令流错误
24|AwU|restart_app||user-app driver|semaphore timeout (legacy)|信号量超时（旧码）
31|Aw|restart_app|drain_and_diagnose|user-app driver gpu-memory|GPU MMU page fault (illegal address)|GPU 内存页错误（非法地址）
32|AwD|restart_app|drain_and_diagnose|user-app driver bus|bad or corrupt command (push-buffer) stream|命令流错误或损坏
37|Aw|none|drain_reboot|driver firmware|front-end firmware error|前端固件错误
38|AwD|none|drain_reboot|driver firmware|front-end firmware error|前端固件错误
39 40 41|Aw|restart_app|drain_and_diagnose|user-app driver|copy-engine exception|拷贝引擎异常
43|Aw|restart_app|drain_and_diagnose|user-app driver|channel reset after a user fault (GPU stopped processing)|程序出错后通道被重置
44|AwD|none|reset_gpu|driver|engine fault during context switch|上下文切换时引擎出错
45|Ii|investigate||user-app driver|pre-emptive channel clean-up (follows another error or a kill)|通道被提前清理（跟随其他错误或进程被杀）
46|Hc|reset_gpu|drain_reboot|gpu-compute driver|GPU timeout, stopped processing|GPU 超时，停止处理
48|Hc|drain_reset_gpu|rma_diagnose|gpu-memory|double-bit (uncorrectable) ECC error|双比特（不可纠正）ECC 错误
54|HcD|check_power|rma_diagnose|power|auxiliary power not connected|辅助供电没有接好
56|HwU|investigate|rma_diagnose|gpu-other driver|display engine exception (legacy)|显示引擎异常（旧码）
57 58|HcU|drain_and_diagnose|rma_diagnose|gpu-memory|memory interface link-training or EDC error (legacy)|显存接口训练或 EDC 错误（旧码）
59 61|HcU|reset_gpu|drain_reboot|firmware driver|PMU micro-controller error (legacy)|PMU 微控制器错误（旧码）
60|AwD|restart_app|drain_reboot|driver|video/security processor exception|视频或安全处理器异常
62|Hc|reset_gpu|rma_diagnose|firmware gpu-other thermal|PMU micro-controller halt|PMU 微控制器停机
63|HwD|reset_gpu_when_idle|rma_diagnose|gpu-memory|row remap (Ampere+) or page retirement (Volta/Turing) recorded|已记录行重映射（老卡为页退役）
64|Hc|drain_reset_gpu|rma_diagnose|gpu-memory|row remap or page retirement could not be recorded|行重映射或页退役记录失败
65|HwU|investigate|rma_diagnose|gpu-other driver|video encoder exception (legacy)|视频编码器异常（旧码）
66 67|Ai|none|investigate|driver user-app|illegal register access by driver|驱动非法访问寄存器
68|AwD|restart_app|drain_and_diagnose|user-app driver gpu-other|video decoder exception|视频解码器异常
69|AwD|restart_app|drain_and_diagnose|user-app driver|engine class error|引擎类错误
70 71 72 75 76 77 85 126 127 128 129 130 131 132 133 134 135|Aw|restart_app|drain_and_diagnose|driver gpu-other|copy-engine error|拷贝引擎错误
73|HwU|investigate|rma_diagnose|gpu-other|video encoder 2 error (legacy)|视频编码器 2 错误（旧码）
74|Hc|drain_reset_gpu|rma_diagnose|nvlink fabric|NVLink error|NVLink 错误
78|Aw|investigate||driver|vGPU start error|vGPU 启动错误
79|Hc|drain_reboot|rma_diagnose|bus gpu-other thermal power|GPU has fallen off the bus|GPU 从总线掉落（掉卡）
80|HwD|restart_app|drain_and_diagnose|bus gpu-memory driver|corrupt data in push buffer (CRC mismatch)|命令流数据损坏（CRC 不符）
81|HcU|drain_and_diagnose|rma_diagnose|gpu-other|VGA subsystem error (legacy)|VGA 子系统错误（旧码）
82 99 100 101 102 103 104 105|Aw|restart_app|drain_and_diagnose|driver gpu-other|JPEG engine error|JPEG 引擎错误
83 84 88 89 96 97 98|Aw|restart_app|drain_and_diagnose|user-app driver gpu-other|video decoder exception|视频解码器异常
86 139|Aw|restart_app|drain_and_diagnose|driver gpu-other|optical-flow engine error|光流引擎错误
92|HwD|monitor|rma_diagnose|gpu-memory|high rate of corrected single-bit ECC errors|可纠正 ECC 错误过多
93|Ii|none||driver firmware|InfoROM write-wear limit exceeded|InfoROM 写入寿命超限
94|HwD|restart_app|drain_reset_gpu|gpu-memory|contained uncorrectable memory error (only the owning process dies)|不可纠正显存错误，已隔离在出错进程
95|Hc|drain_reset_gpu|rma_diagnose|gpu-memory|uncontained memory error (all work on the GPU is suspect)|显存错误未能隔离，整卡作业都不可信
106 107|Ii|none||firmware|management-bus test message|管理总线测试消息
108|IiU|none|investigate|nvlink user-app|NVLink remote address-translation error|NVLink 远端地址转换错误
109|HwD|reset_gpu|drain_reboot|driver user-app gpu-compute|context-switch time-out|上下文切换超时
110|Hc|reset_gpu|drain_reboot|firmware gpu-other|security fault|安全错误
111 112 113 114 115 116 117 118|IiU|investigate||gpu-other driver|display engine errors (not used on data-centre cards)|显示引擎错误（数据中心卡不用）
119|Hc|drain_reset_gpu|drain_reboot|firmware driver|GSP firmware RPC time-out|GSP 固件无响应
120|Hc|drain_reset_gpu|drain_reboot|firmware driver|GSP firmware error|GSP 固件错误
121|HwD|monitor|drain_and_diagnose|nvlink|chip-to-chip (C2C) link corrected error|C2C 链路可纠正错误
122 124|HwU|reset_gpu_when_idle|rma_diagnose|firmware gpu-other|SPI flash (InfoROM) read/erase failure seen by PMU|SPI 闪存（InfoROM）读或擦失败
123|HwU|drain_reboot|rma_diagnose|firmware gpu-other|SPI flash (InfoROM) write failure seen by PMU|SPI 闪存（InfoROM）写失败
125|HwU|reset_gpu_when_idle|rma_diagnose|firmware|InfoROM file-system error|InfoROM 文件系统错误
136|HcD|drain_reset_gpu|rma_diagnose|nvlink fabric|NVLink training failed|NVLink 训练失败
137|Aw|investigate|drain_and_diagnose|user-app nvlink|NVLink privilege/FLA error (often caused by a fault on the remote GPU or by the program)|NVLink 权限或 FLA 错误（多由对端 GPU 或程序引起）
138|IiU|none||gpu-other|DLA error (unused)|DLA 错误（不用）
140|Hc|drain_reset_gpu|rma_diagnose|gpu-memory|unrecovered ECC error|未恢复的 ECC 错误
141|Ii|none||driver user-app|CUDA fast-path error|CUDA 快速路径错误
142|AwD|restart_app|rma_diagnose|gpu-other|video encoder 3 error|视频编码器 3 错误
143|Hc|drain_reset_gpu|rma_diagnose|gpu-other firmware|GPU initialisation error|GPU 初始化错误
144|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) SAW unit error|NVLink 5 SAW 单元错误
145|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) RLW unit error|NVLink 5 RLW 单元错误
146|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) TLW unit error|NVLink 5 TLW 单元错误
147|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) TREX unit error|NVLink 5 TREX 单元错误
148|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) NVLPW control unit error|NVLink 5 NVLPW 控制单元错误
149|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) NETIR unit error|NVLink 5 NETIR 单元错误
150|HwD|investigate|drain_reset_gpu|nvlink fabric|NVLink 5 (Blackwell) MSE unit error|NVLink 5 MSE 单元错误
151|HwD|drain_reboot|drain_reboot|firmware|key-rotation error (confidential computing)|密钥轮换错误（机密计算）
152 153|Ii|none||gpu-other|DLA memory or time-out error|DLA 内存或超时错误
154|Iw|investigate||unknown|recovery action changed (read the action in the message)|恢复动作改变（动作见日志）
155|HwD|reset_gpu|drain_reboot|nvlink fabric|NVLink error defined by software (for example link taken down)|软件定义的 NVLink 错误（如链路被关闭）
156|HwD|reset_gpu_when_idle||gpu-memory gpu-other|resource retirement recorded|已记录资源退役
157|Hw|rma_diagnose||gpu-memory gpu-other|resource retirement failed|资源退役失败
158|HcD|drain_reset_gpu|rma_diagnose|gpu-other|GPU fatal time-out|GPU 致命超时
159|Hw|monitor|drain_reboot|bus driver|CHI non-data error (Grace superchip)|CHI 非数据错误（Grace）
160|HwD|reset_gpu_when_idle|rma_diagnose|gpu-memory|memory channel retirement (channel repair) recorded|已记录显存通道退役
161|Hw|rma_diagnose||gpu-memory|memory channel retirement failed|显存通道退役失败
162|IiD|none||power|power-smoothing circuit re-engaged|功率平滑电路重新启用
163|Hw|reset_gpu_when_idle||power|power-smoothing circuit disengaged|功率平滑电路脱离
164|Ii|monitor||power|power-smoothing circuit: low remaining life|功率平滑电路寿命将尽
165|Iw|monitor||power|power-smoothing circuit: life exhausted|功率平滑电路寿命用尽
166|Hw|drain_reset_gpu||nvlink firmware|secure NVLink: traffic before encryption was set up|安全 NVLink：加密建立前有流量
167|Hc|drain_reboot|rma_diagnose|bus|PCIe fatal time-out|PCIe 致命超时
168|Hw|drain_and_diagnose|rma_diagnose|gpu-memory|GPU memory capacity reduced|GPU 显存容量减少
169|Hc|drain_reset_gpu|drain_reboot|firmware|SEC2 micro-controller halt|SEC2 微控制器停机
170|Hw|monitor||nvlink|secure NVLink interrupt (confidential computing)|安全 NVLink 中断（机密计算）
171|Hw|investigate|rma_diagnose|gpu-memory|uncorrectable DRAM error (detail record for 48)|不可纠正 DRAM 错误（48 的细节）
172|Hc|drain_reset_gpu|rma_diagnose|gpu-memory|uncorrectable SRAM error (detail record for 48)|不可纠正 SRAM 错误（48 的细节）
173|Hc|drain_reboot|rma_diagnose|nvlink bus|C2C fatal link failure|C2C 链路致命错误
174|Ai|restart_app||user-app driver|channel reset that kills the process silently|通道重置，进程无声退出
175|Hw|drain_and_diagnose|rma_diagnose|gpu-memory|memory subsystem error|内存子系统错误
176|Hw|monitor|drain_and_diagnose|bus|PCIe correctable-error fault|PCIe 可纠正错误过多
`;

const CLASSES = { H: "hardware", A: "application", I: "informational" } as const;
const LEVELS = { c: "critical", w: "warning", i: "info" } as const;

const CATALOGUE: ReadonlyMap<number, XidFact> = new Map(
  TABLE.trim()
    .split("\n")
    .flatMap((line) => {
      const [codes = "", marks = "", action = "", ifRepeated = "", faults = "", name = "", nameZh = ""] =
        line.split("|");
      const fact: Omit<XidFact, "code"> = {
        name,
        nameZh,
        class: CLASSES[marks[0] as keyof typeof CLASSES],
        level: LEVELS[marks[1] as keyof typeof LEVELS],
        faults: faults.split(" ") as XidFault[], // the table is ours: a test reads every line of it
        action: action as Action,
        ifRepeated: ifRepeated === "" ? null : (ifRepeated as Action),
        sourcesDisagree: marks.includes("D"),
        isUnusedSinceAmpere: marks.includes("U"),
      };
      return codes.split(" ").map((code) => [Number(code), { ...fact, code: Number(code) }] as const);
    }),
);
