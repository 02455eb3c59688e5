import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EvaluationOutcome","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/EvaluationOutcome.md","filePath":"reference/api/baaljs/interfaces/EvaluationOutcome.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/EvaluationOutcome.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-evaluationoutcome" tabindex="-1">Interface: EvaluationOutcome <a class="header-anchor" href="#interface-evaluationoutcome" aria-label="Permalink to &quot;Interface: EvaluationOutcome&quot;">​</a></h1><p>The argument of <code>computeMetrics</code>: the averaged predictions of N labelled items.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>N dataset indices.</td></tr><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>-</td></tr><tr><td><a id="property-loss"></a> <code>loss</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/LossName.html"><code>LossName</code></a></td><td>-</td></tr><tr><td><a id="property-means"></a> <code>means</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td><code>[N, C]</code>: probabilities averaged over the draws; averaged outputs for mean squared error.</td></tr><tr><td><a id="property-targets"></a> <code>targets</code></td><td><code>readonly</code></td><td>readonly <code>NonNullable</code>&lt;<a href="./../type-aliases/Target.html"><code>Target</code></a>&gt;[]</td><td>N targets of the form that the loss takes.</td></tr><tr><td><a id="property-thresholds"></a> <code>thresholds?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>What each label is predicted from, where labels are predicted by themselves and the model has found such; 0.5 by default.</td></tr><tr><td><a id="property-variances"></a> <code>variances?</code></td><td><code>readonly</code></td><td><code>Float64Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td><td>Of a regression whose draws differ, or that predicts a variance: the variance of each of <code>means</code>, <code>[N, C]</code>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/EvaluationOutcome.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EvaluationOutcome = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EvaluationOutcome as default
};
