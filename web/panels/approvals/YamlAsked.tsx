import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "../../lib/use-me.ts";
import { Refused } from "../../parts/Refused.tsx";
import { trpc } from "../../trpc.ts";
import { YamlDiff } from "../mapping/YamlDiff.tsx";

/** What a waiting features.yaml would change of what stands now, for who decides it. */
export function YamlAsked({ yaml }: { yaml: string }) {
  const { t } = useTranslation();
  const may = useMay("mapping.write");
  const page = useQuery(trpc.mapping.page.queryOptions());
  const preview = useMutation(trpc.mapping.previewYaml.mutationOptions());
  if (!may) return null;
  return (
    <>
      {preview.data !== undefined && page.data !== undefined ? (
        <YamlDiff preview={preview.data} page={page.data} />
      ) : (
        <Button
          size="xs"
          variant="default"
          loading={preview.isPending || page.isFetching}
          onClick={() => preview.mutate({ yaml })}
        >
          {t("approvals.yaml")}
        </Button>
      )}
      {preview.data?.faults[0] !== undefined && (
        <p className="failed" role="alert">
          {t("approvals.yamlFaults")}
        </p>
      )}
      <Refused error={preview.error ?? page.error} says={(why) => t("mapping.yaml.wrong", { why })} />
    </>
  );
}

/** The text of a features.yaml in what was asked for; null = something else was asked for. */
export function yamlIn(action: string, input: unknown): string | null {
  if (action !== "mapping.applyYaml" || typeof input !== "object" || input === null || !("yaml" in input)) return null;
  return typeof input.yaml === "string" ? input.yaml : null;
}
