import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelCounts","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/LabelCounts.md","filePath":"reference/api/baaljs/metrics/interfaces/LabelCounts.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/LabelCounts.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelcounts" tabindex="-1">Interface: LabelCounts <a class="header-anchor" href="#interface-labelcounts" aria-label="Permalink to &quot;Interface: LabelCounts&quot;">​</a></h1><p>Right and wrong yes and no of each label, over the items where it is known; <code>[C]</code> each.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./LabelScores.html"><code>LabelScores</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-falsenegatives_c"></a> <code>falseNegatives_C</code></td><td><code>readonly</code></td><td><code>Uint32Array</code></td></tr><tr><td><a id="property-falsepositives_c"></a> <code>falsePositives_C</code></td><td><code>readonly</code></td><td><code>Uint32Array</code></td></tr><tr><td><a id="property-truenegatives_c"></a> <code>trueNegatives_C</code></td><td><code>readonly</code></td><td><code>Uint32Array</code></td></tr><tr><td><a id="property-truepositives_c"></a> <code>truePositives_C</code></td><td><code>readonly</code></td><td><code>Uint32Array</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/LabelCounts.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelCounts = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelCounts as default
};
