import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ThresholdOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/ThresholdOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/ThresholdOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/ThresholdOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-thresholdoptions" tabindex="-1">Interface: ThresholdOptions <a class="header-anchor" href="#interface-thresholdoptions" aria-label="Permalink to &quot;Interface: ThresholdOptions&quot;">​</a></h1><p>How probabilities become labels.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./LabelsOptions.html"><code>LabelsOptions</code></a></li></ul><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./MultiLabelF1Options.html"><code>MultiLabelF1Options</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td><code>number</code></td><td>C, the number of labels.</td><td><a href="./LabelsOptions.html"><code>LabelsOptions</code></a>.<a href="./LabelsOptions.html#property-labels"><code>labels</code></a></td></tr><tr><td><a id="property-thresholds"></a> <code>thresholds?</code></td><td><code>readonly</code></td><td><code>number</code> | <code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>A label is predicted from this probability on: one number for all labels, or one per label. 0.5 by default.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/ThresholdOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ThresholdOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ThresholdOptions as default
};
