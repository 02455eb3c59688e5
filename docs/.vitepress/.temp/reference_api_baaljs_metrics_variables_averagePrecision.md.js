import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Variable: averagePrecision","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/variables/averagePrecision.md","filePath":"reference/api/baaljs/metrics/variables/averagePrecision.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/variables/averagePrecision.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="variable-averageprecision" tabindex="-1">Variable: averagePrecision <a class="header-anchor" href="#variable-averageprecision" aria-label="Permalink to &quot;Variable: averagePrecision&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">const</span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;"> averagePrecision</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> ScoreMetric</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&lt;</span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;">object</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;;</span></span></code></pre></div><p>Area under the precision-recall curve as average precision, in [0, 1]: the precision at each distinct score, weighted by the recall that the score adds (<code>sum (R_i - R_(i-1)) P_i</code>; no interpolation, which would be too optimistic, Davis &amp; Goadrich 2006). A score that says nothing gets the share of positive items. Ties count together, as in scikit-learn. <code>positives_N</code> and errors as for <code>auroc</code>.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/variables/averagePrecision.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const averagePrecision = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  averagePrecision as default
};
