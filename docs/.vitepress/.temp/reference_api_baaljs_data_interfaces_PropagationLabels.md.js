import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PropagationLabels","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/PropagationLabels.md","filePath":"reference/api/baaljs/data/interfaces/PropagationLabels.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/PropagationLabels.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-propagationlabels" tabindex="-1">Interface: PropagationLabels <a class="header-anchor" href="#interface-propagationlabels" aria-label="Permalink to &quot;Interface: PropagationLabels&quot;">​</a></h1><p>Items whose labels are to spread.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices.</td></tr><tr><td><a id="property-targets"></a> <code>targets</code></td><td><code>readonly</code></td><td>readonly <code>NonNullable</code>&lt;<a href="./../../type-aliases/Target.html"><code>Target</code></a>&gt;[]</td><td>A class index for each; or, of labels by themselves, a list of 1, 0 and <code>null</code> (unknown) for each.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/PropagationLabels.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PropagationLabels = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PropagationLabels as default
};
