import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Cifar10Options","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/Cifar10Options.md","filePath":"reference/api/baaljs/images/interfaces/Cifar10Options.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/Cifar10Options.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-cifar10options" tabindex="-1">Interface: Cifar10Options <a class="header-anchor" href="#interface-cifar10options" aria-label="Permalink to &quot;Interface: Cifar10Options&quot;">​</a></h1><p>Options of <a href="./../functions/readCifar10.html">readCifar10</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>TarOptions</code></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td><td><code>TarOptions.signal</code></td></tr><tr><td><a id="property-split"></a> <code>split?</code></td><td><code>readonly</code></td><td><code>&quot;train&quot;</code> | <code>&quot;test&quot;</code></td><td>Which of the set&#39;s files: <code>data_batch_1.bin</code> to <code>data_batch_5.bin</code>, or <code>test_batch.bin</code>. <code>&quot;train&quot;</code> by default.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/Cifar10Options.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Cifar10Options = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Cifar10Options as default
};
