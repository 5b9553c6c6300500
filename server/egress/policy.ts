import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.parse>;
type Cidr = readonly [Address, number];

/** Whether we may connect to an address, and why not. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly because: string };

export type PolicySpec = {
  /** CIDRs or addresses that may be dialled although they are private, loopback or otherwise special. */
  readonly allow: readonly string[];
  /** Private networks (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7) without being listed. Default true. */
  readonly privateNetworks?: boolean;
  /** Public addresses without being listed. Default true. */
  readonly publicNetworks?: boolean;
  /** Never, whatever `allow` says: our own database. */
  readonly refuse?: readonly { readonly address: string; readonly port: number }[];
};

export type EgressPolicy = {
  /** @param address an IP literal without brackets or zone, as a resolver or a socket says it */
  judge(address: string, port: number): Verdict;
};

/**
 * Where clouds keep the credentials of the machine. Opened only by naming the very address: a broad CIDR written for
 * exporters must not open them. Sources: AWS, GCP, Azure, Alibaba, Tencent, Oracle documentation of instance metadata.
 */
const METADATA = [
  "169.254.169.254", // AWS, GCP, Azure, Huawei, Volcengine and others
  "169.254.170.2", // AWS ECS task credentials
  "169.254.170.23", // AWS EKS pod identity
  "169.254.0.23", // Tencent
  "100.100.100.200", // Alibaba
  "192.0.0.192", // Oracle
  "168.63.129.16", // Azure wire server, a public address
  "fd00:ec2::254", // AWS
  "fd00:ec2::23", // AWS EKS pod identity
  "fd20:ce::254", // GCP
].map((a) => ipaddr.parse(a).toString());

const PRIVATE = new Set(["private", "uniqueLocal", "carrierGradeNat"]);
/** Only this half of IPv6 is handed out as global unicast (RFC 4291, IANA): everything new elsewhere stays closed. */
const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/**
 * Decides about addresses, never about names: whoever resolves a name asks for each address of the answer.
 * Everything that is not public unicast (or a private network) is refused unless `allow` lists it.
 *
 * @throws RangeError when an entry of `allow` is no CIDR and no address, or `refuse` holds no address
 */
export function openPolicy(spec: PolicySpec): EgressPolicy {
  const allow = spec.allow.map(parseCidr);
  const refuse = new Set((spec.refuse ?? []).map((e) => endpoint(parseAddress(e.address), e.port)));
  const open = { privateNetworks: spec.privateNetworks ?? true, publicNetworks: spec.publicNetworks ?? true };

  return {
    judge(text, port) {
      if (!ipaddr.isValid(text)) return no(`${text} is not an address`);
      const address = ipaddr.parse(text);
      if (refuse.has(endpoint(plain(address), port))) return no(`${text}:${port} is Dapan's own database`);
      if (METADATA.includes(plain(address).toString())) {
        return allow.some((c) => isExactly(c, plain(address))) ? YES : no(`${text} serves cloud credentials`);
      }
      if (allow.some((c) => contains(c, address))) return YES;
      return judgeRange(address, text, open);
    },
  };
}

const YES: Verdict = { allowed: true };
const no = (because: string): Verdict => ({ allowed: false, because });

function judgeRange(
  address: Address,
  text: string,
  open: { readonly privateNetworks: boolean; readonly publicNetworks: boolean },
): Verdict {
  const range = address.range();
  if (PRIVATE.has(range)) {
    return open.privateNetworks ? YES : no(`${text} is private and not listed in egress.allow`);
  }
  if (range !== "unicast") return no(`${text} is ${range} and not listed in egress.allow`);
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_IPV6)) return no(`${text} is not global unicast`);
  return open.publicNetworks ? YES : no(`${text} is not listed in egress.allow`);
}

/** An IPv4 address inside IPv6 is the same machine: metadata and our database are recognised through it. */
function plain(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function contains([network, bits]: Cidr, address: Address): boolean {
  if (network instanceof ipaddr.IPv4 && address instanceof ipaddr.IPv4) return address.match(network, bits);
  if (network instanceof ipaddr.IPv6 && address instanceof ipaddr.IPv6) return address.match(network, bits);
  return false; // 127.0.0.0/8 does not open ::ffff:127.0.0.1
}

const isExactly = ([network, bits]: Cidr, address: Address): boolean =>
  bits === (network.kind() === "ipv4" ? 32 : 128) && network.toString() === address.toString();

function parseCidr(text: string): Cidr {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const address = parseAddress(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function parseAddress(text: string): Address {
  const strict = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text); // 127.1 and 0x7f.1 are typos here
  if (!strict) throw new RangeError(`not an address or CIDR: ${text}; write for example 10.0.0.0/8 or 127.0.0.1`);
  return ipaddr.parse(text);
}

const endpoint = (address: Address, port: number): string => `${address.toString()} ${port}`;
