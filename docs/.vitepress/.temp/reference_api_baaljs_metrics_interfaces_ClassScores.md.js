import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ClassScores","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/ClassScores.md","filePath":"reference/api/baaljs/metrics/interfaces/ClassScores.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/ClassScores.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-classscores" tabindex="-1">Interface: ClassScores <a class="header-anchor" href="#interface-classscores" aria-label="Permalink to &quot;Interface: ClassScores&quot;">​</a></h1><p>Per class, <code>[C]</code> each. A share whose denominator is 0 is 0, as in scikit-learn.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-f1_c"></a> <code>f1_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>2 TP / (2 TP + FP + FN).</td></tr><tr><td><a id="property-precision_c"></a> <code>precision_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Share of the items predicted as the class that are of the class: TP / (TP + FP).</td></tr><tr><td><a id="property-predicted_c"></a> <code>predicted_C</code></td><td><code>readonly</code></td><td><code>Uint32Array</code></td><td>Number of items predicted as the class.</td></tr><tr><td><a id="property-recall_c"></a> <code>recall_C</code></td><td><code>readonly</code></td><td><code>Float64Array</code></td><td>Share of the items of the class that are predicted as it: TP / (TP + FN).</td></tr><tr><td><a id="property-support_c"></a> <code>support_C</code></td><td><code>readonly</code></td><td><code>Uint32Array</code></td><td>Number of items whose target is the class.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/ClassScores.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ClassScores = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ClassScores as default
};
