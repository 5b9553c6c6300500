/** What each key of dapan.yaml means: the source of fault texts, of did-you-mean and of docs/configuration.md. */
export type KeyDoc = {
  readonly expected: string; // completes "expected …"
  readonly example: string; // YAML, one line
  readonly fallback: string; // the default in words; "" = required or nothing
  readonly about: string;
};

const key = (about: string, fallback: string, expected: string, example: string): KeyDoc => ({
  about,
  fallback,
  expected,
  example,
});

const label = (part: string, fallback: string): KeyDoc =>
  key(
    `Which target label names the ${part}.`,
    fallback,
    "a label name, a list of label names (the first that is said wins), or {from, default, rename} or {constant}",
    `${part}: [${part}, topology_${part}]`,
  );

/** Path without indices → what may stand there. Keys of sources that only some types know are told in SOURCE_KEYS. */
export const KEYS: ReadonlyMap<string, KeyDoc> = new Map([
  [
    "listen",
    key(
      "Where the console is served.",
      "",
      "a mapping with host, port, names and proxies",
      "listen: {host: 127.0.0.1, port: 7070}",
    ),
  ],
  ["listen.host", key("Address to bind.", "127.0.0.1", "an IP address or a host name", "host: 127.0.0.1")],
  ["listen.port", key("Port to bind; 0 takes a free one.", "7070", "a port, 0 to 65535", "port: 7070")],
  [
    "listen.names",
    key(
      "Names the console is reached by, as a proxy or DNS has them. Requests for other names are refused, so that a foreign page cannot pose as this console; IP addresses, localhost and listen.host need no entry.",
      "[]",
      "a list of host names",
      "names: [dapan.example.com]",
    ),
  ],
  ["listen.names[]", key("", "", "a host name", "dapan.example.com")],
  [
    "listen.proxies",
    key(
      "Proxies in front of the console, as ranges: their X-Forwarded-For says whose request it is. From anybody else it is not believed.",
      "[]",
      "a list of CIDR ranges",
      "proxies: [10.0.0.5/32]",
    ),
  ],
  ["listen.proxies[]", key("", "", "a CIDR range", "10.0.0.5/32")],
  [
    "auth",
    key(
      "Who is let in (docs/access.md).",
      "",
      "a mapping with signIn, idleHours, days, secondPerson, oidc, proxy",
      "auth: {signIn: accounts}",
    ),
  ],
  [
    "auth.signIn",
    key(
      "open: nobody signs in and everybody who reaches the port may do everything, on this machine alone. accounts: people sign in; needed on any other address.",
      "open",
      "open or accounts",
      "signIn: accounts",
    ),
  ],
  ["auth.idleHours", key("A session nobody used for so long is over.", "12", "hours, 0.25 to 720", "idleHours: 12")],
  ["auth.days", key("A session is over after this, used or not.", "7", "days, 0.25 to 90", "days: 7")],
  [
    "auth.secondPerson",
    key(
      "Changes that wait until a second person agrees (docs/audit.md).",
      "[]",
      "a list of prices, mapping, channels",
      "secondPerson: [prices]",
    ),
  ],
  ["auth.secondPerson[]", key("", "", "one of prices, mapping, channels", "prices")],
  [
    "auth.oidc",
    key(
      "Providers people sign in through, by OpenID Connect (docs/access.md).",
      "[]",
      "a list of providers",
      "oidc: [{id: company, name: Company, issuer: https://id.example.com, clientId: dapan}]",
    ),
  ],
  [
    "auth.oidc[]",
    key(
      "",
      "",
      "a mapping with id, name, issuer, clientId, clientSecretFile or clientSecretEnv, roles, teams",
      "{id: company, issuer: https://id.example.com, clientId: dapan}",
    ),
  ],
  [
    "auth.oidc[].id",
    key(
      "Stands in the address the provider sends people back to: publicUrl/api/oidc/<id>/callback.",
      "",
      "1 to 32 of a to z, 0 to 9 and -",
      "id: company",
    ),
  ],
  ["auth.oidc[].name", key("What stands on the button.", "its id", "a text of 1 to 60 characters", "name: Company")],
  [
    "auth.oidc[].issuer",
    key(
      "The provider's issuer, letter by letter as the provider writes it. With the subject it is who somebody is: another issuer makes other people.",
      "",
      "an https address without a user, query or # part",
      "issuer: https://id.example.com",
    ),
  ],
  [
    "auth.oidc[].clientId",
    key("What the provider calls this console.", "", "a text of 1 to 512 characters", "clientId: dapan"),
  ],
  [
    "auth.oidc[].clientSecretFile",
    key(
      "File that holds the client's secret; read at each sign-in.",
      "none: a public client, held by PKCE alone",
      "a file that can be read",
      "clientSecretFile: /etc/dapan/client-secret",
    ),
  ],
  [
    "auth.oidc[].clientSecretEnv",
    key(
      "Environment variable that holds it.",
      "none",
      "the name of an environment variable that is set",
      "clientSecretEnv: DAPAN_CLIENT_SECRET",
    ),
  ],
  [
    "auth.oidc[].roles",
    key(
      "What somebody gets who comes through it for the first time; later an administrator decides.",
      "[viewer]",
      "a list of viewer, operator, finance, admin",
      "roles: [viewer]",
    ),
  ],
  ["auth.oidc[].roles[]", key("", "", "one of viewer, operator, finance, admin", "viewer")],
  ["auth.oidc[].teams", key("Whose work they see then.", "all", "a list of teams", "teams: [search]")],
  ["auth.oidc[].teams[]", key("", "", "a text of 1 to 100 characters", "search")],
  [
    "auth.proxy",
    key(
      "A proxy that has signed people in and says in a header who they are (docs/access.md).",
      "none",
      "a mapping with from, userHeader, nameHeader, roles, teams",
      "proxy: {from: [10.0.0.5/32], userHeader: X-Forwarded-User}",
    ),
  ],
  [
    "auth.proxy.from",
    key(
      "Where that proxy connects from. From anybody else the headers say nothing.",
      "",
      "a list of CIDR ranges",
      "from: [10.0.0.5/32]",
    ),
  ],
  ["auth.proxy.from[]", key("", "", "a CIDR range", "10.0.0.5/32")],
  [
    "auth.proxy.userHeader",
    key(
      "The header that says who it is. The proxy must take it away from what comes in.",
      "",
      "the name of a header, and not one that means something else already",
      "userHeader: X-Forwarded-User",
    ),
  ],
  [
    "auth.proxy.nameHeader",
    key(
      "The header with their name as people read it.",
      "the user's",
      "the name of a header, and not one that means something else already",
      "nameHeader: X-Forwarded-Name",
    ),
  ],
  [
    "auth.proxy.roles",
    key(
      "What somebody gets who comes through it for the first time; later an administrator decides.",
      "[viewer]",
      "a list of viewer, operator, finance, admin",
      "roles: [viewer]",
    ),
  ],
  ["auth.proxy.roles[]", key("", "", "one of viewer, operator, finance, admin", "viewer")],
  ["auth.proxy.teams", key("Whose work they see then.", "all", "a list of teams", "teams: [search]")],
  ["auth.proxy.teams[]", key("", "", "a text of 1 to 100 characters", "search")],
  [
    "dataDir",
    key(
      "Directory of the embedded database. Not together with databaseUrl.",
      "./data",
      "a directory",
      "dataDir: /var/lib/dapan",
    ),
  ],
  [
    "databaseUrl",
    key(
      "A PostgreSQL 15 or newer to use instead; no password in it. The environment variable DATABASE_URL wins over both.",
      "none",
      "a postgres:// address without a password",
      "databaseUrl: postgres://dapan@db.example:5432/dapan",
    ),
  ],
  [
    "databasePasswordFile",
    key(
      "File that holds the database password.",
      "none",
      "a file that can be read",
      "databasePasswordFile: /etc/dapan/db-password",
    ),
  ],
  [
    "databasePasswordEnv",
    key(
      "Environment variable that holds the database password.",
      "none",
      "the name of an environment variable that is set",
      "databasePasswordEnv: DAPAN_DB_PASSWORD",
    ),
  ],
  [
    "timeZone",
    key("Zone of every time shown and of calendar days.", "UTC", "an IANA time zone", "timeZone: Asia/Shanghai"),
  ],
  [
    "usageTokenFile",
    key(
      "File that holds the token with which programs push units (docs/usage.md). Once set it is asked of everybody, this machine too; needed behind a proxy.",
      "none: pushes from this machine only",
      "a file that can be read",
      "usageTokenFile: /etc/dapan/usage-token",
    ),
  ],
  [
    "usageTokenEnv",
    key(
      "Environment variable that holds that token.",
      "none",
      "the name of an environment variable that is set",
      "usageTokenEnv: DAPAN_USAGE_TOKEN",
    ),
  ],
  [
    "secretKeyFile",
    key(
      "File that holds the key channels' addresses and secrets are sealed with: one line, at least 32 characters. With dataDir one is made there at the first start (secret.key); with PostgreSQL no channel can be saved without it. Keep it with your backups, apart from them.",
      "dataDir/secret.key; none with PostgreSQL",
      "a file that can be read",
      "secretKeyFile: /etc/dapan/secret-key",
    ),
  ],
  [
    "secretKeyEnv",
    key(
      "Environment variable that holds that key.",
      "none",
      "the name of an environment variable that is set",
      "secretKeyEnv: DAPAN_SECRET_KEY",
    ),
  ],
  [
    "publicUrl",
    key(
      "Where people open the console: links in messages begin with it.",
      "http:// and listen",
      "an http or https address without a user, query or # part",
      "publicUrl: https://dapan.example.com",
    ),
  ],
  [
    "heartbeatHour",
    key(
      "Hour of the day, in timeZone, at which every chat, mail and webhook channel is told that Dapan is on watch. A morning without that message is news.",
      "none: no such message",
      "a whole hour, 0 to 23",
      "heartbeatHour: 9",
    ),
  ],
  ["currency", key("Currency money is shown in.", "CNY", "an ISO 4217 currency code", "currency: CNY")],
  [
    "egress",
    key("What Dapan may connect to.", "", "a mapping with allow and privateNetworks", "egress: {allow: [10.0.0.0/8]}"),
  ],
  [
    "egress.allow",
    key(
      "Address ranges that may be dialled although they are loopback, link-local or otherwise special. Addresses that serve cloud credentials only when named alone (/32, /128).",
      "[]",
      "a list of CIDR ranges",
      "allow: [10.0.0.0/8, fd00::/8]",
    ),
  ],
  [
    "egress.privateNetworks",
    key(
      "Whether private networks (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7) may be dialled without being listed.",
      "true",
      "true or false",
      "privateNetworks: false",
    ),
  ],
  ["egress.allow[]", key("", "", "a CIDR range", "10.0.0.0/8")],
  [
    "labels",
    key(
      "Which target labels place a card.",
      "",
      "a mapping of vendor, region, zone, cluster, billing, node",
      "labels: {vendor: vendor, billing: {constant: monthly}}",
    ),
  ],
  ["labels.vendor", label("vendor", "vendor")],
  ["labels.region", label("region", "[region, topology_kubernetes_io_region]")],
  ["labels.zone", label("zone", "[zone, topology_kubernetes_io_zone]")],
  ["labels.cluster", label("cluster", "cluster")],
  ["labels.billing", label("billing", "[billing, billing_type], else unknown")],
  ["labels.node", label("node", "node, else what the exporter says")],
  [
    "labels.*.from",
    key(
      "Labels to look at, in this order.",
      "",
      "a label name or a list of label names",
      "from: [region, topology_kubernetes_io_region]",
    ),
  ],
  ["labels.*.from[]", key("", "", "a label name", "region")],
  ["labels.*[]", key("", "", "a label name", "region")],
  [
    "labels.*.default",
    key(
      "What to say when no label does. For billing: one of monthly, reserved, on_demand, spot, owned, unknown.",
      '""',
      "a text; for billing one of monthly, reserved, on_demand, spot, owned, unknown",
      "default: unknown",
    ),
  ],
  [
    "labels.*.rename",
    key(
      "What the labels' values are called here. For billing the right side is one of the billing types.",
      "{}",
      "a mapping of text to text; for billing to monthly, reserved, on_demand, spot, owned, unknown",
      "rename: {包年包月: monthly, PayAsYouGo: on_demand}",
    ),
  ],
  [
    "labels.*.constant",
    key(
      "The same for every card; instead of from.",
      "",
      "a text; for billing one of monthly, reserved, on_demand, spot, owned, unknown",
      "constant: monthly",
    ),
  ],
  [
    "scrape",
    key(
      "How targets are read, unless a source says otherwise.",
      "",
      "a mapping with intervalSeconds, timeoutSeconds, maxBodyBytes, sampleLimit",
      "scrape: {intervalSeconds: 15}",
    ),
  ],
  [
    "scrape.intervalSeconds",
    key("Time between two readings of a target.", "15", "seconds, 1 to 300", "intervalSeconds: 15"),
  ],
  [
    "scrape.timeoutSeconds",
    key(
      "Connect, headers and body together; not above the interval.",
      "10",
      "seconds, 0.1 to 300, not above intervalSeconds",
      "timeoutSeconds: 10",
    ),
  ],
  [
    "scrape.maxBodyBytes",
    key(
      "Longest body, uncompressed.",
      "16777216",
      "a whole number of bytes, 1024 to 1073741824",
      "maxBodyBytes: 16777216",
    ),
  ],
  [
    "scrape.sampleLimit",
    key("Most samples of one body.", "20000", "a whole number, 1 to 10000000", "sampleLimit: 20000"),
  ],
  [
    "sources",
    key(
      "Where readings come from.",
      "[]",
      "a list of sources",
      'sources: [{name: hall-1, type: static, targets: ["http://gpu-1:9400/metrics"]}]',
    ),
  ],
  [
    "sources[]",
    key("", "", "a mapping with name and type", '{name: hall-1, type: static, targets: ["http://gpu-1:9400/metrics"]}'),
  ],
  [
    "sources[].name",
    key(
      "How the source is called everywhere. Renaming makes it a new source.",
      "",
      "a name of 1 to 64 letters, digits, - _ or ., used once",
      "name: hall-1",
    ),
  ],
  [
    "sources[].type",
    key("What kind of source it is.", "", "one of static, file_sd, http_sd, prometheus", "type: static"),
  ],
  [
    "sources[].labels",
    key(
      "Labels given to every target; they win over discovered ones.",
      "{}",
      "a mapping of label name to text",
      "labels: {vendor: vendor-a, region: cn-north-1}",
    ),
  ],
  ["sources[].labels.*", key("", "", "a text, under a label name of letters, digits and _", "region: cn-north-1")],
  [
    "sources[].credentials",
    key(
      "How to sign in. Secrets stand in a file or an environment variable, never here.",
      "none",
      "{username and passwordFile or passwordEnv} or {bearerFile or bearerEnv}",
      "credentials: {bearerFile: /etc/dapan/token}",
    ),
  ],
  ["sources[].credentials.username", key("Name for basic authentication.", "", "a text", "username: dapan")],
  [
    "sources[].credentials.passwordFile",
    key("File that holds the password.", "", "a file that can be read", "passwordFile: /etc/dapan/prom-password"),
  ],
  [
    "sources[].credentials.passwordEnv",
    key(
      "Environment variable that holds the password.",
      "",
      "the name of an environment variable that is set",
      "passwordEnv: PROM_PASSWORD",
    ),
  ],
  [
    "sources[].credentials.bearerFile",
    key("File that holds a bearer token.", "", "a file that can be read", "bearerFile: /etc/dapan/token"),
  ],
  [
    "sources[].credentials.bearerEnv",
    key(
      "Environment variable that holds a bearer token.",
      "",
      "the name of an environment variable that is set",
      "bearerEnv: PROM_TOKEN",
    ),
  ],
  [
    "sources[].caFile",
    key(
      "PEM file of the authority that signed the certificates.",
      "the system's",
      "a file that can be read",
      "caFile: /etc/dapan/ca.pem",
    ),
  ],
  [
    "sources[].scrape",
    key(
      "As scrape above, for this source.",
      "",
      "a mapping with intervalSeconds, timeoutSeconds, maxBodyBytes, sampleLimit",
      "scrape: {intervalSeconds: 30}",
    ),
  ],
  [
    "sources[].scrape.intervalSeconds",
    key("Time between two readings of a target.", "scrape.intervalSeconds", "seconds, 1 to 300", "intervalSeconds: 15"),
  ],
  [
    "sources[].scrape.timeoutSeconds",
    key(
      "Connect, headers and body together; not above the interval.",
      "scrape.timeoutSeconds",
      "seconds, 0.1 to 300, not above intervalSeconds",
      "timeoutSeconds: 10",
    ),
  ],
  [
    "sources[].scrape.maxBodyBytes",
    key(
      "Longest body, uncompressed.",
      "scrape.maxBodyBytes",
      "a whole number of bytes, 1024 to 1073741824",
      "maxBodyBytes: 16777216",
    ),
  ],
  [
    "sources[].scrape.sampleLimit",
    key("Most samples of one body.", "scrape.sampleLimit", "a whole number, 1 to 10000000", "sampleLimit: 20000"),
  ],
  [
    "sources[].targets",
    key(
      "Addresses of exporters. Without a scheme http is meant, without a path /metrics.",
      "",
      "a list of http or https addresses",
      'targets: ["http://gpu-1:9400/metrics", "gpu-2:9400"]',
    ),
  ],
  [
    "sources[].targets[]",
    key("", "", "an http or https address without a user and password", '"http://gpu-1:9400/metrics"'),
  ],
  [
    "sources[].files",
    key(
      "Target files in the file_sd format of Prometheus (JSON or YAML); the last part may hold *.",
      "",
      "a list of .json, .yml or .yaml files",
      "files: [/etc/dapan/targets/*.json]",
    ),
  ],
  [
    "sources[].files[]",
    key("", "", "a .json, .yml or .yaml file; only the last part may hold *", "/etc/dapan/targets/*.json"),
  ],
  [
    "sources[].refreshSeconds",
    key("How often the targets are looked up again.", "60", "seconds, 5 to 86400", "refreshSeconds: 60"),
  ],
  [
    "sources[].url",
    key(
      "http_sd: the address of the target list. prometheus: the base of its API.",
      "",
      "an http or https address without a user and password",
      "url: http://prometheus.example:9090",
    ),
  ],
  [
    "sources[].matchers",
    key(
      "Series to read, as selectors.",
      "all the collector knows",
      "a list of series selectors",
      "matchers: ['{job=\"dcgm-exporter\"}']",
    ),
  ],
  ["sources[].matchers[]", key("", "", "a series selector with at least one matcher", "'{job=\"dcgm-exporter\"}'")],
  [
    "sources[].intervalSeconds",
    key(
      "How often the exporters are scraped there.",
      "scrape.intervalSeconds",
      "seconds, 1 to 300",
      "intervalSeconds: 15",
    ),
  ],
  ["sources[].lagSeconds", key("How long after its end a slot is read.", "60", "seconds, 0 to 3600", "lagSeconds: 60")],
  [
    "sources[].replicaLabels",
    key(
      "Labels that tell replicas of one Prometheus apart; dropped before series are compared.",
      "[replica, prometheus_replica]",
      "a list of label names",
      "replicaLabels: [prometheus_replica]",
    ),
  ],
  ["sources[].replicaLabels[]", key("", "", "a label name", "prometheus_replica")],
  [
    "sources[].tenant",
    key(
      "Sent as X-Scope-OrgID (Mimir, Cortex, Loki).",
      "none",
      "a tenant of 1 to 150 letters, digits and !-_.*'()|",
      "tenant: team-a",
    ),
  ],
  ["sources[].backfillDays", key("How far back a new source is read.", "14", "days, 0 to 400", "backfillDays: 14")],
  [
    "sources[].kubeStateMetrics",
    key(
      "Whether this Prometheus has kube-state-metrics. Then labels of nodes place the cards whose own labels do not, the inventory shows whether nodes are ready, and mapping rules may ask for owners and labels of pods.",
      "false",
      "true or false",
      "kubeStateMetrics: true",
    ),
  ],
  ["sources[].timeoutSeconds", key("Longest wait for one answer.", "60", "seconds, 1 to 600", "timeoutSeconds: 60")],
  [
    "sources[].maxBodyBytes",
    key(
      "Longest answer, uncompressed.",
      "25165824",
      "a whole number of bytes, 1024 to 1073741824",
      "maxBodyBytes: 25165824",
    ),
  ],
  [
    "kernelLogs",
    key(
      "Files that logs of kernels are written to: XIDs, also those the exporters never show (docs/alerts.md). They are followed through rotation; what nobody can have written to a file here comes by POST /api/v1/kmsg.",
      "[]",
      "a list of mappings with file, and node unless the lines name their host",
      "kernelLogs: [{file: /var/log/kern.log, node: gpu-1}]",
    ),
  ],
  ["kernelLogs[]", key("", "", "a mapping with file", "{file: /var/log/kern.log, node: gpu-1}")],
  [
    "kernelLogs[].file",
    key("The file; a relative path begins at this configuration.", "", "a file", "file: /var/log/kern.log"),
  ],
  [
    "kernelLogs[].node",
    key(
      "Whose log it is, as the exporters name the node.",
      "the host each line names (syslog, journald)",
      "a name of letters, digits, dots and dashes",
      "node: gpu-1",
    ),
  ],
  [
    "kernelLogs[].cluster",
    key("Its cluster, where two of them have a node of that name.", "any", "the name of a cluster", "cluster: k8s-1"),
  ],
  [
    "budgets",
    key(
      "What features may cost in a calendar month: rule budget-pace tells of those that spend faster (docs/alerts.md).",
      "[]",
      "a list of mappings with feature and perMonth",
      "budgets: [{feature: avatar-video, perMonth: 120000}]",
    ),
  ],
  ["budgets[]", key("", "", "a mapping with feature and perMonth", "{feature: avatar-video, perMonth: 120000}")],
  [
    "budgets[].feature",
    key("The key of the feature, as Mapping has it.", "", "the key of a feature", "feature: avatar-video"),
  ],
  [
    "budgets[].perMonth",
    key("The budget of a month, in whole units of `currency`.", "", "a whole number from 1", "perMonth: 120000"),
  ],
  [
    "states",
    key(
      "When a held card counts as busy, idle or starting, by the kind of work of the feature its holder belongs to (docs/states.md).",
      "",
      "a mapping of inference, training, notebook, other",
      "states: {inference: {idleAfterSeconds: 30}}",
    ),
  ],
  [
    "states.inference",
    key(
      "Cards that answer requests.",
      "busyFrom 0.01, idleAfterSeconds 60, startSeconds 600",
      "a mapping with busyFrom, idleAfterSeconds, startSeconds",
      "inference: {idleAfterSeconds: 30}",
    ),
  ],
  [
    "states.training",
    key(
      "Cards that train.",
      "busyFrom 0.01, idleAfterSeconds 240, startSeconds 1200",
      "a mapping with busyFrom, idleAfterSeconds, startSeconds",
      "training: {startSeconds: 1800}",
    ),
  ],
  [
    "states.notebook",
    key(
      "Cards people try things on.",
      "busyFrom 0.01, idleAfterSeconds 120, startSeconds 120",
      "a mapping with busyFrom, idleAfterSeconds, startSeconds",
      "notebook: {idleAfterSeconds: 240}",
    ),
  ],
  [
    "states.other",
    key(
      "Everything else: holders no mapping rule takes, and cards nobody is named for.",
      "busyFrom 0.01, idleAfterSeconds 0, startSeconds 0",
      "a mapping with busyFrom, idleAfterSeconds, startSeconds",
      "other: {busyFrom: 0.02}",
    ),
  ],
  [
    "states.*.busyFrom",
    key("Activity from which a card is busy, as a part of one.", "", "a number, 0.001 to 1", "busyFrom: 0.01"),
  ],
  [
    "states.*.idleAfterSeconds",
    key(
      "How long a held card may be quiet between work before it is idle. Shorter than the slot of five minutes, because every slot is judged alone.",
      "",
      "seconds, 0 to 299",
      "idleAfterSeconds: 60",
    ),
  ],
  [
    "states.*.startSeconds",
    key(
      "How long after its holder's start a quiet card counts as starting.",
      "",
      "seconds, 0 to 86400",
      "startSeconds: 600",
    ),
  ],
  ["storage", key("How long facts are kept.", "", "a mapping", "storage: {slotDays: 3}")],
  [
    "storage.journalSeconds",
    key("How often open slots are written; what a crash may cost.", "15", "seconds, 1 to 300", "journalSeconds: 15"),
  ],
  ["storage.slotDays", key("Five-minute rows of cards.", "3", "whole days, 1 to 90", "slotDays: 3")],
  ["storage.pointDays", key("Packed days of cards (for charts).", "90", "whole days, 1 to 1000", "pointDays: 90")],
  ["storage.hourDays", key("Hours of cards.", "35", "whole days, 2 to 1000", "hourDays: 35")],
  ["storage.dayMonths", key("Days of cards, hours of pools.", "25", "whole months, 1 to 240", "dayMonths: 25")],
  ["storage.eventDays", key("Events of cards.", "400", "whole days, 1 to 4000", "eventDays: 400")],
  [
    "storage.reportFileDays",
    key(
      "PDFs of reports. The reports stay, and a PDF that is asked for later is made again.",
      "400",
      "whole days, 1 to 4000",
      "reportFileDays: 400",
    ),
  ],
  [
    "telemetry",
    key(
      "What Dapan says about itself. OTLP is set by the standard OTEL_ environment variables.",
      "",
      "a mapping with logLevel, metrics, serviceName",
      "telemetry: {logLevel: info}",
    ),
  ],
  [
    "telemetry.logLevel",
    key(
      "Least severe line that is logged.",
      "info",
      "one of fatal, error, warn, info, debug, trace, silent",
      "logLevel: info",
    ),
  ],
  ["telemetry.metrics", key("Serve /metrics.", "true", "true or false", "metrics: true")],
  [
    "telemetry.serviceName",
    key("service.name of exported traces.", "dapan", "a text of 1 to 64 characters", "serviceName: dapan"),
  ],
]);

const COMMON = ["name", "type", "labels", "credentials", "caFile"] as const;

/** Keys of one source, by its type. */
export const SOURCE_KEYS = {
  static: [...COMMON, "scrape", "targets"],
  file_sd: [...COMMON, "scrape", "files", "refreshSeconds"],
  http_sd: [...COMMON, "scrape", "url", "refreshSeconds"],
  prometheus: [
    ...COMMON,
    "url",
    "matchers",
    "intervalSeconds",
    "lagSeconds",
    "replicaLabels",
    "tenant",
    "backfillDays",
    "kubeStateMetrics",
    "timeoutSeconds",
    "maxBodyBytes",
  ],
} as const;

/** What is documented for a path, or for the nearest path that is. */
export function docOf(path: string): KeyDoc | undefined {
  const plain = path.replaceAll(/\[\d+\]/g, "[]");
  return (
    KEYS.get(plain) ??
    KEYS.get(plain.replace(/^(labels|states)\.[^.[]+/, "$1.*")) ??
    KEYS.get(plain.replace(/^(sources\[\]\.labels)\..+$/, "$1.*")) ??
    KEYS.get(plain.replace(/^(labels)\.[^.[]+\.rename\..+$/, "$1.*.rename"))
  );
}

/** Keys that may stand directly under a path; [] when it takes none or any. */
export function keysUnder(path: string): readonly string[] {
  const plain = path.replaceAll(/\[\d+\]/g, "[]");
  const prefix = plain === "" ? "" : `${plain.replace(/^(labels|states)\.[^.[]+$/, "$1.*")}.`;
  return [...KEYS.keys()]
    .filter((k) => k.startsWith(prefix) && !/[.[*]/.test(k.slice(prefix.length)))
    .map((k) => k.slice(prefix.length));
}
