import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Variable: fprAtTpr","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/variables/fprAtTpr.md","filePath":"reference/api/baaljs/metrics/variables/fprAtTpr.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/variables/fprAtTpr.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="variable-fprattpr" tabindex="-1">Variable: fprAtTpr <a class="header-anchor" href="#variable-fprattpr" aria-label="Permalink to &quot;Variable: fprAtTpr&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">const</span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;"> fprAtTpr</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> ScoreMetric</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&lt;</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">FprAtTprOptions</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;;</span></span></code></pre></div><p>False positive rate at the highest threshold that finds the share <code>tpr</code> of the positive items: FPR95 by default, as out-of-distribution detection reports it (Liang et al. 2018, arXiv:1706.02690). In [0, 1], lower is better. <code>positives_N</code> and errors as for <code>auroc</code>; <code>E_ARGUMENT</code> also for a <code>tpr</code> out of range.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/variables/fprAtTpr.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const fprAtTpr = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  fprAtTpr as default
};
