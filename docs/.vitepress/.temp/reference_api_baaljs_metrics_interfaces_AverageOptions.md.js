import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AverageOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/AverageOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/AverageOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/AverageOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-averageoptions" tabindex="-1">Interface: AverageOptions <a class="header-anchor" href="#interface-averageoptions" aria-label="Permalink to &quot;Interface: AverageOptions&quot;">​</a></h1><p>The options of <a href="./../variables/precision.html">precision</a>, <a href="./../variables/recall.html">recall</a> and <a href="./../variables/f1Score.html">f1Score</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-average"></a> <code>average?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Average.html"><code>Average</code></a></td><td><code>&quot;macro&quot;</code> by default. <a href="./../variables/classScores.html">classScores</a> gives the scores of each class.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/AverageOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AverageOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AverageOptions as default
};
