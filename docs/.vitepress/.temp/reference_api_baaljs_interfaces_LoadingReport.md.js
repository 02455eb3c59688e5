import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LoadingReport","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LoadingReport.md","filePath":"reference/api/baaljs/interfaces/LoadingReport.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LoadingReport.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-loadingreport" tabindex="-1">Interface: LoadingReport <a class="header-anchor" href="#interface-loadingreport" aria-label="Permalink to &quot;Interface: LoadingReport&quot;">​</a></h1><p>What loading a checkpoint did beside reading it: nothing that a file has, or lacks, goes by in silence.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-fresh"></a> <code>fresh</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Parameters that the files lack, or that are for other labels: drawn at random.</td></tr><tr><td><a id="property-ignored"></a> <code>ignored</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Keys of config.json that nothing is known of.</td></tr><tr><td><a id="property-remarks"></a> <code>remarks</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>What else was decided, each a sentence without its full stop.</td></tr><tr><td><a id="property-unused"></a> <code>unused</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Tensors of the checkpoint that the model has no place for.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LoadingReport.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LoadingReport = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LoadingReport as default
};
