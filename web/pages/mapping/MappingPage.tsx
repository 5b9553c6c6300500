import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { decodeMapping, encodeMapping, MAPPING_TABS, type MappingView } from "../../lib/mapping-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useMay } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { FeatureList } from "../../panels/mapping/FeatureList.tsx";
import { RulesPanel } from "../../panels/mapping/RulesPanel.tsx";
import { YamlPanel } from "../../panels/mapping/YamlPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/pricing.css";
import "../../styles/mapping.css";

/** Whose work holds the cards: features, the rules that give holders to them, and both as one file. */
export function MappingPage() {
  const { t } = useTranslation();
  useTitle(t("mapping.title"));
  const search = useSearch({ from: "/mapping" });
  const navigate = useNavigate({ from: "/mapping" });
  const mayWrite = useMay("mapping.write");
  const view = useMemo(() => {
    const asked = decodeMapping(toParams(search));
    return mayWrite ? asked : { ...asked, form: null }; // no address opens a form that is not theirs
  }, [search, mayWrite]);
  const change = (part: Partial<MappingView>) =>
    void navigate({
      replace: part.tab === undefined && part.form === undefined,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeMapping({ ...view, ...part })) }),
    });
  useKeys({ "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus() });
  const answer = useQuery(trpc.mapping.page.queryOptions(undefined, { refetchInterval: MINUTE_MS }));
  const page = answer.data;
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("mapping.title")}</h1>
        {page !== undefined && <AsOf at={answer.dataUpdatedAt} />}
        <p className="lead">{t("mapping.lead")}</p>
      </header>
      {answer.error !== null && (
        <PanelError
          what={t("mapping.what")}
          wholePage
          error={answer.error}
          kept={page !== undefined}
          busy={answer.isFetching}
          onRetry={() => void answer.refetch()}
        />
      )}
      {answer.isPending && <LoadingRows rows={12} />}
      {page !== undefined && (
        <TabBar
          label={t("mapping.tabs.label")}
          tabs={MAPPING_TABS.map((id) => ({ id, name: t(`mapping.tabs.${id}`) }))}
          chosen={view.tab}
          onChoose={(tab) => change({ tab, search: "", form: null, rule: null, id: null, feature: null })}
        >
          {view.tab === "rules" && <RulesPanel page={page} view={view} mayWrite={mayWrite} onChange={change} />}
          {view.tab === "features" && <FeatureList page={page} view={view} mayWrite={mayWrite} onChange={change} />}
          {view.tab === "yaml" && (
            <YamlPanel page={page} mayWrite={mayWrite} onRules={() => change({ tab: "rules" })} />
          )}
        </TabBar>
      )}
    </div>
  );
}
