import type { Rule } from "../../../db/model/rule.ts";
import { HOUSE_RULES } from "./rules/house.ts";
import { LINK_RULES } from "./rules/link.ts";
import { MEMORY_RULES } from "./rules/memory.ts";
import { NPU_RULES } from "./rules/npu.ts";
import { PRESENCE_RULES } from "./rules/presence.ts";
import { PROMETHEUS_RULES } from "./rules/prometheus.ts";
import { THERMAL_RULES } from "./rules/thermal.ts";
import { WORK_RULES } from "./rules/work.ts";
import { XID_RULES } from "./rules/xid.ts";

/** What Dapan watches for where nobody said otherwise. Each rule names the source of its threshold. */
export const BUILT_IN_RULES: readonly Rule[] = [
  ...PRESENCE_RULES,
  ...XID_RULES,
  ...MEMORY_RULES,
  ...LINK_RULES,
  ...THERMAL_RULES,
  ...WORK_RULES,
  ...NPU_RULES,
  ...PROMETHEUS_RULES,
  ...HOUSE_RULES,
];
