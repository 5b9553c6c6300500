/**
 * The card models the simulated fleet runs and the figures their readings are made of.
 *
 * Sources: names, memory and TDP from the card data sheet (facts/cards); frame-buffer totals as DCGM prints them;
 * idle power, clocks and temperatures are typical values of ours.
 */
export type CardType = {
  readonly id: string;
  readonly modelName: string; // as the exporter says it
  readonly short: string; // in node names
  readonly maker: "nvidia" | "ascend";
  readonly memoryMib: number;
  readonly reservedMib: number; // FB_RESERVED
  readonly tdpWatts: number;
  readonly idleWatts: number;
  readonly busyCelsius: number; // core, at full power
  readonly hbm: boolean; // has a memory temperature
  readonly rowRemap: boolean; // Ampere and later; before that pages are retired
  readonly nvlinkMbps: number; // both ways under a training load; 0 without NVLink
  readonly smClockMhz: number; // boost
  readonly idleClockMhz: number;
  readonly memoryClockMhz: number;
  readonly faultFactor: number; // cardFactors of fault-rates.json
  readonly memoryFaultFactor: number; // H100: 2.5 by the note there
};

const NVIDIA = { maker: "nvidia", hbm: true, rowRemap: true, memoryFaultFactor: 1 } as const;

export const CARD_TYPES = {
  T4: {
    ...NVIDIA,
    id: "T4",
    modelName: "Tesla T4",
    short: "t4",
    memoryMib: 15360,
    reservedMib: 405,
    tdpWatts: 70,
    idleWatts: 9,
    busyCelsius: 72,
    hbm: false,
    rowRemap: false,
    nvlinkMbps: 0,
    smClockMhz: 1590,
    idleClockMhz: 300,
    memoryClockMhz: 5000,
    faultFactor: 0.4,
  },
  V100_16: {
    ...NVIDIA,
    id: "V100-SXM2-16G",
    modelName: "Tesla V100-SXM2-16GB",
    short: "v100",
    memoryMib: 16384,
    reservedMib: 224,
    tdpWatts: 300,
    idleWatts: 42,
    busyCelsius: 62,
    rowRemap: false,
    nvlinkMbps: 90_000,
    smClockMhz: 1530,
    idleClockMhz: 135,
    memoryClockMhz: 877,
    faultFactor: 0.8,
  },
  V100_32: {
    ...NVIDIA,
    id: "V100-SXM2-32G",
    modelName: "Tesla V100-SXM2-32GB",
    short: "v100",
    memoryMib: 32768,
    reservedMib: 258,
    tdpWatts: 300,
    idleWatts: 44,
    busyCelsius: 63,
    rowRemap: false,
    nvlinkMbps: 90_000,
    smClockMhz: 1530,
    idleClockMhz: 135,
    memoryClockMhz: 877,
    faultFactor: 0.8,
  },
  A10: {
    ...NVIDIA,
    id: "A10",
    modelName: "NVIDIA A10",
    short: "a10",
    memoryMib: 23028,
    reservedMib: 312,
    tdpWatts: 150,
    idleWatts: 16,
    busyCelsius: 66,
    hbm: false,
    nvlinkMbps: 0,
    smClockMhz: 1695,
    idleClockMhz: 210,
    memoryClockMhz: 6251,
    faultFactor: 0.5,
  },
  A800: {
    ...NVIDIA,
    id: "A800-80G-SXM",
    modelName: "NVIDIA A800-SXM4-80GB",
    short: "a800",
    memoryMib: 81920,
    reservedMib: 869,
    tdpWatts: 400,
    idleWatts: 62,
    busyCelsius: 64,
    nvlinkMbps: 150_000,
    smClockMhz: 1410,
    idleClockMhz: 210,
    memoryClockMhz: 1593,
    faultFactor: 1,
  },
  A100_40: {
    ...NVIDIA,
    id: "A100-40G-SXM",
    modelName: "NVIDIA A100-SXM4-40GB",
    short: "a100",
    memoryMib: 40960,
    reservedMib: 571,
    tdpWatts: 400,
    idleWatts: 46,
    busyCelsius: 62,
    nvlinkMbps: 210_000,
    smClockMhz: 1410,
    idleClockMhz: 210,
    memoryClockMhz: 1215,
    faultFactor: 1,
  },
  A100_80: {
    ...NVIDIA,
    id: "A100-80G-SXM",
    modelName: "NVIDIA A100-SXM4-80GB",
    short: "a100",
    memoryMib: 81920,
    reservedMib: 869,
    tdpWatts: 400,
    idleWatts: 60,
    busyCelsius: 64,
    nvlinkMbps: 210_000,
    smClockMhz: 1410,
    idleClockMhz: 210,
    memoryClockMhz: 1593,
    faultFactor: 1,
  },
  H100: {
    ...NVIDIA,
    id: "H100-SXM",
    modelName: "NVIDIA H100 80GB HBM3",
    short: "h100",
    memoryMib: 81559,
    reservedMib: 479,
    tdpWatts: 700,
    idleWatts: 70,
    busyCelsius: 68,
    nvlinkMbps: 320_000,
    smClockMhz: 1980,
    idleClockMhz: 345,
    memoryClockMhz: 2619,
    faultFactor: 1,
    memoryFaultFactor: 2.5,
  },
  L40S: {
    ...NVIDIA,
    id: "L40S",
    modelName: "NVIDIA L40S",
    short: "l40s",
    memoryMib: 46068,
    reservedMib: 582,
    tdpWatts: 350,
    idleWatts: 34,
    busyCelsius: 67,
    hbm: false,
    nvlinkMbps: 0,
    smClockMhz: 2520,
    idleClockMhz: 210,
    memoryClockMhz: 9001,
    faultFactor: 0.5,
  },
  ASCEND_910B3: {
    id: "Ascend910B3",
    modelName: "Ascend910B3",
    short: "npu",
    maker: "ascend",
    memoryMib: 65536,
    reservedMib: 0,
    tdpWatts: 400,
    idleWatts: 92,
    busyCelsius: 58,
    hbm: true,
    rowRemap: false,
    nvlinkMbps: 0,
    smClockMhz: 1800,
    idleClockMhz: 800,
    memoryClockMhz: 1600,
    faultFactor: 1.5,
    memoryFaultFactor: 1,
  },
} as const satisfies Record<string, CardType>;
