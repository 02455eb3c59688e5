import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ImportReport","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/ImportReport.md","filePath":"reference/api/baaljs/interfaces/ImportReport.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/ImportReport.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-importreport" tabindex="-1">Interface: ImportReport <a class="header-anchor" href="#interface-importreport" aria-label="Permalink to &quot;Interface: ImportReport&quot;">​</a></h1><p>What each tensor of a model&#39;s files became, and which dropout sites it has: nothing is left out in silence.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-constants"></a> <code>constants</code></td><td><code>readonly</code></td><td>readonly <a href="./ReportedTensor.html"><code>ReportedTensor</code></a>[]</td><td>Arrays of floats that stay as they are: buffers of the module, and what an exporter computed in advance.</td></tr><tr><td><a id="property-dropoutsites"></a> <code>dropoutSites</code></td><td><code>readonly</code></td><td>readonly <a href="./DropoutSite.html"><code>DropoutSite</code></a>[]</td><td>-</td></tr><tr><td><a id="property-fresh"></a> <code>fresh</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Parameters that were drawn at random because the files lack them, or have them for other labels.</td></tr><tr><td><a id="property-parameters"></a> <code>parameters</code></td><td><code>readonly</code></td><td>readonly <a href="./ReportedTensor.html"><code>ReportedTensor</code></a>[]</td><td>Learned: a gradient goes to them.</td></tr><tr><td><a id="property-statistics"></a> <code>statistics</code></td><td><code>readonly</code></td><td>readonly <a href="./ReportedTensor.html"><code>ReportedTensor</code></a>[]</td><td>Running statistics of normalizations: they follow the data while training, are saved and restored, and have no gradient.</td></tr><tr><td><a id="property-unplaceddropout"></a> <code>unplacedDropout</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Sites of the source module that this model could not be given: its draws are narrower than the source&#39;s.</td></tr><tr><td><a id="property-unused"></a> <code>unused</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Parameters of the exported module, or tensors of the checkpoint, that the model does not read.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/ImportReport.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ImportReport = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ImportReport as default
};
