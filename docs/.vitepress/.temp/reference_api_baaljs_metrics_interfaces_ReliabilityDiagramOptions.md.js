import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ReliabilityDiagramOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/ReliabilityDiagramOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/ReliabilityDiagramOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/ReliabilityDiagramOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-reliabilitydiagramoptions" tabindex="-1">Interface: ReliabilityDiagramOptions <a class="header-anchor" href="#interface-reliabilitydiagramoptions" aria-label="Permalink to &quot;Interface: ReliabilityDiagramOptions&quot;">​</a></h1><p>The options of <a href="./../functions/reliabilityDiagram.html">reliabilityDiagram</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./CalibrationErrorOptions.html"><code>CalibrationErrorOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-bins"></a> <code>bins?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Number of equally wide bins of confidence; 10 by default.</td><td><a href="./CalibrationErrorOptions.html"><code>CalibrationErrorOptions</code></a>.<a href="./CalibrationErrorOptions.html#property-bins"><code>bins</code></a></td></tr><tr><td><a id="property-title"></a> <code>title?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/ReliabilityDiagramOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ReliabilityDiagramOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ReliabilityDiagramOptions as default
};
