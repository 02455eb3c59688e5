import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: NodeOrigin","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/NodeOrigin.md","filePath":"reference/api/baaljs/engine/interfaces/NodeOrigin.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/NodeOrigin.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-nodeorigin" tabindex="-1">Interface: NodeOrigin <a class="header-anchor" href="#interface-nodeorigin" aria-label="Permalink to &quot;Interface: NodeOrigin&quot;">​</a></h1><p>What PyTorch&#39;s exporters say of where a node came from.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-module"></a> <code>module</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Path of the module that computes it (&quot;bert.pooler.dense&quot;); <code>&quot;&quot;</code>: the model itself.</td></tr><tr><td><a id="property-operator"></a> <code>operator?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>PyTorch&#39;s own operator (&quot;aten.linear.default&quot;); only the newer exporter writes it down.</td></tr><tr><td><a id="property-reads"></a> <code>reads?</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>The parameters and buffers that this operator reads, by their paths, in the order of its arguments.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/NodeOrigin.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const NodeOrigin = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  NodeOrigin as default
};
