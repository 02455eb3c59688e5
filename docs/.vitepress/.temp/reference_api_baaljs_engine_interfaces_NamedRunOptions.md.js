import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: NamedRunOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/NamedRunOptions.md","filePath":"reference/api/baaljs/engine/interfaces/NamedRunOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/NamedRunOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-namedrunoptions" tabindex="-1">Interface: NamedRunOptions <a class="header-anchor" href="#interface-namedrunoptions" aria-label="Permalink to &quot;Interface: NamedRunOptions&quot;">​</a></h1><p>Parameters that a run by names reads, and the outputs that it gives.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-outputs"></a> <code>outputs?</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>The outputs wanted; all by default.</td></tr><tr><td><a id="property-parameters"></a> <code>parameters?</code></td><td><code>readonly</code></td><td><code>ReadonlyMap</code>&lt;<code>string</code>, <a href="./Parameter.html"><code>Parameter</code></a>&gt;</td><td>Arrays of the graph&#39;s parameters. Those that the graph does not read are ignored.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/NamedRunOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const NamedRunOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  NamedRunOptions as default
};
