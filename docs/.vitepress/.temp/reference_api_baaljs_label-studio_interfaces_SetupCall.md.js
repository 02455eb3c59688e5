import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SetupCall","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/SetupCall.md","filePath":"reference/api/baaljs/label-studio/interfaces/SetupCall.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/SetupCall.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-setupcall" tabindex="-1">Interface: SetupCall <a class="header-anchor" href="#interface-setupcall" aria-label="Permalink to &quot;Interface: SetupCall&quot;">​</a></h1><p>A call of <code>/setup</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-calledby"></a> <code>calledBy?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The host, with its port, that this server was called by.</td></tr><tr><td><a id="property-extraparams"></a> <code>extraParams?</code></td><td><code>readonly</code></td><td><code>unknown</code></td><td>Parameters of the project&#39;s model, an object or JSON text of one, which stay until the next call that has some; null for none any more. <code>undefined</code> where the caller says nothing of them.</td></tr><tr><td><a id="property-hostname"></a> <code>hostname?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-labelconfig"></a> <code>labelConfig</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-onnote"></a> <code>onNote?</code></td><td><code>readonly</code></td><td>(<code>note</code>) =&gt; <code>void</code></td><td>Called with what will not be predicted, while it can still be mended.</td></tr><tr><td><a id="property-project"></a> <code>project</code></td><td><code>readonly</code></td><td><code>string</code> | <code>undefined</code></td><td><code>&quot;&lt;id&gt;.&lt;created&gt;&quot;</code>, as Label Studio sends it.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/SetupCall.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SetupCall = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SetupCall as default
};
